"""Makes rows of events, of any event: what fits into no column is among its rare fields."""

from __future__ import annotations

__all__ = ["FITS", "EventWriter"]

from collections.abc import Callable, Sequence
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.store.entries import Entries
from snapy_instrument.store.rows import KIND_NUMBERS, LaneRow, Rows, SiteRow

keep_builtins(globals())

_CALL, _LINE = KIND_NUMBERS[EventType.CALL], KIND_NUMBERS[EventType.LINE]


class EventWriter:
    """A writer of events as rows, which refer to ``entries``."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._sites: dict[int, tuple[SiteRow, int]] = {}

    def columns(self, events: Sequence[CallEvent], make: Callable[[CallEvent], tuple[Any, ...]]) -> list[Any]:
        """Return the rows of ``events`` as columns."""
        return list(zip(*map(make, events), strict=True)) if events else [()] * len(Rows.__slots__)

    def row(self, event: CallEvent) -> tuple[Any, ...]:
        """Return the row of an event with fields of the right types."""
        entries, args, time = self._entries, event.args, event.timestamp
        kind = KIND_NUMBERS[event.event_type]
        value, arguments = event.return_value, -1
        parent_id, exception, raised_in = event.parent_id, event.exception, event.raised_in
        if type(args) is not dict or not (type(time) is float or _is_seconds(time)):
            raise TypeError
        if event.call_id < 0 or (parent_id is not None and parent_id < 0) or (raised_in is not None and raised_in < 0):
            raise OverflowError
        extras: list[tuple[str, Any]] = []
        if kind == _LINE:
            if value is not None:
                extras.append(("return_value", value))
            value, args = args or None, {}  # or None: most lines change nothing
        elif args:
            arguments = entries.arguments_of(tuple(map(entries.interned.number_kept, args.values())))
        if event.defaulted:
            extras.append(("defaulted", event.defaulted))
        if event.spawn_id is not None:
            extras.append(("spawn_id", event.spawn_id))
        if event.detached is not False:
            extras.append(("detached", event.detached))
        if event.finished is not True:
            extras.append(("finished", event.finished))
        return (
            kind,
            event.call_id,
            -1 if parent_id is None else parent_id,
            event.depth,
            self._site(event, kind, tuple(args)),
            entries.lane(LaneRow(event.thread_id, event.task)),
            time,
            event.memory_usage,
            arguments,
            entries.interned.number_kept(value),
            -1 if exception is None else entries.exception(exception),
            -1 if raised_in is None else raised_in,
            entries.extra(tuple(extras)),
        )

    def _site(self, event: CallEvent, kind: int, parameters: tuple[str, ...]) -> int:
        row = SiteRow(
            event.function_name,
            event.filename,
            event.line_number,
            event.module,
            event.qualname,
            event.backend,
            parameters,
        )
        if kind == _CALL:
            found = self._entries.site(row)
            self._sites[event.call_id] = (row, found)
            return found
        known = self._sites.get(event.call_id)
        if known is not None and not parameters and known[0][:-1] == row[:-1]:
            return known[1]
        return self._entries.site(row)

    def odd_row(self, event: CallEvent) -> tuple[Any, ...]:
        """Return the row of any event: fields of a wrong type or size are among the rare ones."""
        plain = CallEvent(EventType.MARKER, "", "", 0, {}, None, 0, 0.0, "", 0)
        odd: list[tuple[str, Any]] = []
        for name, fits in FITS.items():
            value = getattr(event, name)
            if fits(value):
                setattr(plain, name, value)
            else:
                odd.append((name, value))
        *row, extras = self.row(plain)
        fields = self._entries.extras[extras] or ()
        return (*row, self._entries.extra((*fields, *odd)))


def _is(*kinds: type) -> Callable[[Any], bool]:
    return lambda value: type(value) in kinds


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 63


def _is_small(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 31


def _is_whole_or_none(value: Any) -> bool:
    return value is None or _is_whole(value)


def _is_seconds(value: Any) -> bool:
    return type(value) is float or (type(value) is int and abs(value) < 1 << 53)


def _is_arguments(value: Any) -> bool:
    return type(value) is dict and all(type(name) is str for name in value)


def _is_names(value: Any) -> bool:
    return type(value) is tuple and all(type(name) is str for name in value)


def _is_exception(value: Any) -> bool:
    return value is None or (type(value) is ExceptionInfo and all(type(text) is str for text in value))


def _is_kind(value: Any) -> bool:
    return type(value) in (str, EventType) and value in KIND_NUMBERS


_text = _is(str)
# The fields that `EventWriter.row` takes, each with what it expects of it.
FITS: dict[str, Callable[[Any], bool]] = {
    "event_type": _is_kind,
    "function_name": _text,
    "filename": _text,
    "line_number": _is_whole,
    "args": _is_arguments,
    "return_value": lambda value: True,
    "depth": _is_small,
    "timestamp": _is_seconds,
    "thread_id": _text,
    "memory_usage": _is_whole,
    "module": _text,
    "qualname": _text,
    "call_id": _is_whole,
    "parent_id": _is_whole_or_none,
    "task": _is(str, type(None)),
    "exception": _is_exception,
    "backend": _text,
    "raised_in": _is_whole_or_none,
    "defaulted": _is_names,
    "spawn_id": _is_whole_or_none,
    "detached": _is(bool),
    "finished": _is(bool),
}
