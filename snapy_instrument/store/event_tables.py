"""The tables of a recording: what MAKE writes and READ reads, without an object for each event.

``sites``, ``lanes``, ``values``, ``arguments``, ``exceptions`` and ``extras`` hold each different entry once. ``rows``
has numbers alone, one row an event, oldest first; most of them are indexes into those tables. A `CallEvent` is made
when somebody asks for it.
"""

from __future__ import annotations

__all__ = ["EventTables"]

from collections.abc import Iterable, Iterator
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._gc_pause import uncollected
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.store.entries import Entries
from snapy_instrument.store.event_writer import EventWriter
from snapy_instrument.store.rows import KIND_NUMBERS, KINDS, Rows

keep_builtins(globals())

_LINE = KIND_NUMBERS[EventType.LINE]


class EventTables(Entries):
    """A recording as tables.

    A recorder fills them without making events: it gets the index of each entry from `site`, `lane`, `value`,
    `arguments_of`, `exception` and `extra`, and adds whole columns by ``rows.extend``. An array of native memory is as
    good: ``array("q", memory)``. `from_events` does so from events.

    Attributes:
        rows: One row an event, oldest first.
    """

    __slots__ = ("rows",)

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows()

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<EventTables: {len(self)} events, {len(self.values)} values>"

    @classmethod
    @uncollected()
    def from_events(cls, events: Iterable[CallEvent]) -> EventTables:
        """Return the tables of ``events``, oldest first."""
        tables = cls()
        tables.add_events(events)
        return tables

    def add_events(self, events: Iterable[CallEvent]) -> None:
        """Add ``events``, oldest first; what they hold must not be changed afterwards."""
        writer = EventWriter(self)
        given = events if isinstance(events, list | tuple) else list(events)
        try:
            self.rows.extend(writer.columns(given, writer.row))
        except (TypeError, OverflowError, LookupError):
            # An event made by hand may hold anything.
            self.rows.extend(writer.columns(given, writer.odd_row))
        self.interned.forget_objects()

    @uncollected()
    def events(self) -> list[CallEvent]:
        """Return all events, oldest first, each made anew."""
        return list(self.stream())

    def stream(self) -> Iterator[CallEvent]:
        """Yield all events, oldest first, and keep none of them."""
        make = self._event
        for row in zip(*self.rows.columns(), strict=True):
            yield make(*row)

    def event(self, row: int) -> CallEvent:
        """Return the event of one row, made anew."""
        return self._event(*[column[row] for column in self.rows.columns()])

    def args(self, row: int) -> dict[str, Any]:
        """Return the arguments of one row by name."""
        number = self.rows.arguments[row]
        if number < 0:
            return {}
        values = self.interned.values
        names = self.sites[self.rows.sites[row]].parameters
        return dict(zip(names, [values[each] for each in self.arguments[number]], strict=True))

    def _event(
        self,
        kind: int,
        call_id: int,
        parent_id: int,
        depth: int,
        site: int,
        lane: int,
        time: float,
        memory: int,
        arguments: int,
        value: int,
        exception: int,
        raised_in: int,
        extras: int,
    ) -> CallEvent:
        function_name, filename, line_number, module, qualname, backend, parameters = self.sites[site]
        thread_id, task = self.lanes[lane]
        values = self.interned.values
        if arguments < 0:
            args = {}
        else:
            args = dict(zip(parameters, [values[each] for each in self.arguments[arguments]], strict=True))
        result = values[value]
        if kind == _LINE:
            args, result = result or {}, None
        # By position, all of them: a third faster than by name, and a long trace has a million.
        event = CallEvent(
            KINDS[kind],
            function_name,
            filename,
            line_number,
            args,
            result,
            depth,
            time,
            thread_id,
            memory,
            module,
            qualname,
            call_id,
            None if parent_id < 0 else parent_id,
            task,
            None if exception < 0 else self.exceptions[exception],
            backend,
            None if raised_in < 0 else raised_in,
        )
        if extras:
            for name, each in self.extras[extras]:
                setattr(event, name, each)
        return event
