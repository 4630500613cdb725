"""The calls of a recording by number, and the tree that they form.

A call has the number of its ``call`` event, counted from 0. A parent has a smaller number than the calls inside it.
The tree does not depend on how the events of several threads were interleaved: a call is a child of its parent, and
siblings are in the order in which the parent called or started them.
"""

from __future__ import annotations

__all__ = ["CallIndex"]

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from itertools import repeat
from typing import Any, TypeAlias

from snapy_instrument._words import count
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.store.rows import KIND_NUMBERS

Order: TypeAlias = tuple[int, int]
"""The place among the children of the parent; comparable with theirs and with those of inner events."""

_Part: TypeAlias = tuple[int, Any, Any, int | None, bool]
"""What the tree is made of: kind, call id, parent id, spawn id and detached of one event."""

_CALL, _RETURN = KIND_NUMBERS[EventType.CALL], KIND_NUMBERS[EventType.RETURN]
_EXCEPTION, _MARKER = KIND_NUMBERS[EventType.EXCEPTION], KIND_NUMBERS[EventType.MARKER]
_INNER = frozenset(KIND_NUMBERS[kind] for kind in (EventType.LINE, EventType.YIELD, EventType.RESUME))
_UNKNOWN = -1
# Shared by all calls without children, most of them; never changed.
_NO_CALLS: list[int] = []

# Rare fields that leave the structure alone. Others replace what the columns say.
_HARMLESS = frozenset({"defaulted", "spawn_id", "detached", "finished", "line_number", "return_value"})


class CallIndex:
    """The calls of a recording by number.

    A call is a child of the call that its `parent_id` names, if that came before it; else it is a root. Events without
    `call_id` are paired by a stack for each thread, in the order of the events. A return that belongs to no call is
    left out; `TraceValidator` names it.

    Args:
        source: The tables of a recording, or its events, oldest first.

    Attributes:
        rows: For each call the place of its ``call`` event among all events.
        ends: For each call the place of its ``return`` event, or -1.
        raised: For each call the place of its last ``exception`` event, or -1.
        orders: For each call its place among its siblings.
        children: For each call the numbers of the calls directly inside, in order.
        inner: The line, yield, resume and marker events inside calls, by the number of the call: order and place.
        roots: Calls without a recorded caller, in order.
        detached: Root calls of threads that no recorded call started.
        markers: Places of marker events that are in no call.
        by_id: Numbers by `CallEvent.call_id`, of the calls that have one.
    """

    __slots__ = (
        "_events",
        "_is_part",
        "_latest",
        "_open",
        "_tables",
        "by_id",
        "children",
        "detached",
        "ends",
        "inner",
        "markers",
        "orders",
        "raised",
        "roots",
        "rows",
    )

    def __init__(self, source: EventTables | Sequence[CallEvent]) -> None:
        self._tables = source if isinstance(source, EventTables) else None
        self._events = None if isinstance(source, EventTables) else source
        self.rows: list[int] = []
        self.ends: list[int] = []
        self.raised: list[int] = []
        self.orders: list[Order] = []
        self.children: list[list[int]] = []
        self.inner: dict[int, list[tuple[Order, int]]] = {}
        self.roots: list[int] = []
        self.detached: list[int] = []
        self.markers: list[int] = []
        self.by_id: dict[Any, int] = {}
        self._is_part = False
        self._latest: list[int] = []
        self._open: dict[str, _OpenCalls] = {}
        parts = _parts_of_tables(source) if isinstance(source, EventTables) else _parts_of_events(source)
        self._read(parts)
        self._sort()

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<CallIndex: {count(len(self), 'call')}>"

    @property
    def tables(self) -> EventTables:
        """The recording as tables."""
        if self._tables is None:
            self._tables = EventTables.from_events(self._events or ())
        return self._tables

    def event(self, row: int) -> CallEvent:
        """Return the event at a place."""
        return self.tables.event(row) if self._events is None else self._events[row]

    def events(self) -> Sequence[CallEvent]:
        """Return all events, oldest first."""
        return self.tables.events() if self._events is None else self._events

    def call_id(self, number: int) -> int:
        """Return the identifier of a call, 0 where it has none."""
        return self.event(self.rows[number]).call_id

    def reachable(self) -> Sequence[int]:
        """Return the numbers of all calls, each before those inside it; after `regrouped` of those that are left."""
        return self.walk() if self._is_part else range(len(self.rows))

    def regrouped(self, roots: list[int], detached: list[int], children: list[list[int]]) -> CallIndex:
        """Return the same calls, those that are left out excepted, in another tree."""
        found = copy(self)
        found.roots, found.detached, found.children, found._is_part = roots, detached, children, True
        return found

    def walk(self) -> list[int]:
        """Return the number of each call, before those of its children; the detached ones last."""
        found: list[int] = []
        stack = [*reversed(self.detached), *reversed(self.roots)]
        children = self.children
        while stack:
            number = stack.pop()
            found.append(number)
            if inside := children[number]:
                stack.extend(reversed(inside))
        return found

    # -- building -----------------------------------------------------------------------------------------

    def _read(self, parts: Iterator[_Part]) -> None:
        by_id, ends = self.by_id, self.ends
        row = -1
        for kind, call_id, parent_id, spawn_id, detached in parts:
            row += 1
            if not call_id:
                self._read_unidentified(row, kind, parent_id, spawn_id, detached)
            elif kind == _RETURN:
                number = by_id.get(call_id)
                if number is not None and ends[number] < 0:
                    ends[number] = row
            elif kind == _CALL:
                parent = by_id.get(parent_id or 0)
                by_id[call_id] = len(ends)
                self._add_call(row, call_id, parent, spawn_id, detached)
            else:
                self._read_inner(row, kind, by_id.get(call_id), parent_id)

    def _add_call(self, row: int, identifier: int, parent: int | None, spawn_id: int | None, detached: bool) -> None:
        number = len(self.rows)
        place = identifier if spawn_id is None else spawn_id
        self.rows.append(row)
        self.ends.append(-1)
        self.raised.append(-1)
        self.orders.append((place, identifier))
        self.children.append(_NO_CALLS)
        self._latest.append(0)
        if parent is None:
            (self.detached if detached else self.roots).append(number)
            return
        siblings = self.children[parent]
        if siblings:
            siblings.append(number)
        else:
            self.children[parent] = [number]
        if spawn_id is None:
            self._latest[parent] = place

    def _read_inner(self, row: int, kind: int, number: int | None, parent_id: Any) -> None:
        if kind == _MARKER:
            parent = self.by_id.get(parent_id or 0)
            if parent is None:
                self.markers.append(row)
            else:
                self._add_inner(parent, row)
        elif number is None:
            return
        elif kind == _EXCEPTION:
            self.raised[number] = row
        elif kind in _INNER:
            self._add_inner(number, row)

    def _add_inner(self, number: int, row: int) -> None:
        # Behind the last child that the call made itself: a spawned one runs when its thread or task runs.
        self.inner.setdefault(number, []).append(((self._latest[number], sys.maxsize), row))

    def _read_unidentified(self, row: int, kind: int, parent_id: Any, spawn_id: int | None, detached: bool) -> None:
        """Add an event of a call that has no identifier, or a marker."""
        if kind == _MARKER:
            self._read_inner(row, kind, None, parent_id)
            return
        event = self.event(row)
        calls = self._open.setdefault(event.thread_id, _OpenCalls())
        if kind == _CALL:
            parent = calls.last
            calls.push(len(self.rows), event.function_name)
            self._add_call(row, row + 1, parent, spawn_id, detached)
        elif kind == _RETURN:
            number = calls.close(event.function_name)
            if number is not None:
                self.ends[number] = row
        else:
            self._read_inner(row, kind, calls.last, parent_id)

    def _sort(self) -> None:
        orders = self.orders
        for siblings in (self.roots, self.detached, *filter(None, self.children)):
            if len(siblings) > 1:
                siblings.sort(key=orders.__getitem__)


class _OpenCalls:
    """The open calls of one thread whose events carry no identifiers."""

    __slots__ = ("_counts", "_names", "numbers")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()

    @property
    def last(self) -> int | None:
        """The innermost one."""
        return self.numbers[-1] if self.numbers else None

    def push(self, number: int, name: str) -> None:
        self.numbers.append(number)
        self._names.append(name)
        self._counts[name] += 1

    def close(self, name: str) -> int | None:
        """Return the innermost open call of that name; calls inside it that never returned are dropped."""
        if not self._counts[name]:
            return None
        while True:
            number, closed = self.numbers.pop(), self._names.pop()
            self._counts[closed] -= 1
            if closed == name:
                return number


def _parts_of_events(events: Sequence[CallEvent]) -> Iterator[_Part]:
    kinds = KIND_NUMBERS.get
    for event in events:
        kind = kinds(event.event_type, _UNKNOWN)
        yield kind, event.call_id, event.parent_id, event.spawn_id, event.detached


def _parts_of_tables(tables: EventTables) -> Iterator[_Part]:
    rows = tables.rows
    if len(tables.extras) == 1:
        # A parent of -1 is found nowhere, as None is.
        return zip(rows.kinds, rows.call_ids, rows.parent_ids, repeat(None), repeat(False))
    fields = [dict(each or ()) for each in tables.extras]
    spawns = [each.get("spawn_id") for each in fields]
    detached = [bool(each.get("detached", False)) for each in fields]
    parts = zip(
        rows.kinds,
        rows.call_ids,
        rows.parent_ids,
        map(spawns.__getitem__, rows.extras),
        map(detached.__getitem__, rows.extras),
        strict=True,
    )
    odd = {number for number, each in enumerate(fields) if not _HARMLESS.issuperset(each)}
    if not odd:
        return parts
    whole: list[_Part] = [(a, b, None if parent < 0 else parent, c, d) for a, b, parent, c, d in parts]
    strange = [row for row, extras in enumerate(rows.extras) if extras in odd]
    for row, part in zip(strange, _parts_of_events([tables.event(row) for row in strange]), strict=True):
        whole[row] = part
    return iter(whole)
