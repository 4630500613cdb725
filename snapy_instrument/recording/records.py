"""The records of a recording: plain tuples until somebody reads them as events.

A record is read by position, with the constants below: a named tuple takes three times as long to make. The native twin
packs calls and returns (see `store`); the objects that it makes of them answer to the same positions.
"""

from __future__ import annotations

__all__ = [
    "BACKEND",
    "CALL",
    "CALL_ID",
    "CONSTRUCTED",
    "CONTEXT",
    "DEFAULTED",
    "DEPTH",
    "EXCEPTION",
    "EXTRA",
    "FINISHED",
    "KIND",
    "MEMORY",
    "ORIGIN",
    "PARENT_ID",
    "SITE",
    "SPAWN",
    "TASK",
    "TEXT",
    "TIME",
    "VALUE",
    "VALUES",
    "Call",
    "Record",
    "call_event_of",
    "defaulted",
    "event_of",
    "pure_event_of",
]

from collections.abc import Sequence
from typing import Any, NamedTuple

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import native_part
from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.recording.lanes import Lane
from snapy_instrument.recording.sites import Site
from snapy_instrument.recording.spawns import Origin, Spawn

keep_builtins(globals())

Record = tuple[Any, ...]

KIND, TIME, MEMORY = 0, 1, 2
"""Of every record: its `EventType`; seconds; bytes of the process."""
CALL_ID, PARENT_ID, DEPTH, SITE, CONTEXT, VALUES = 3, 4, 5, 6, 7, 8
DEFAULTED, BACKEND, ORIGIN, TASK, CONSTRUCTED, SPAWN = 9, 10, 11, 12, 13, 14
"""Of the record of a call: see `Call`."""
CALL, VALUE, EXCEPTION, EXTRA, FINISHED = 3, 4, 5, 6, 7
"""Of a record that follows a call: the call's record; the value that was captured, or the changed variables of a line;
the `ExceptionInfo`; the number of the call that raised it, or of the line; False where the call was not seen to end."""
TEXT = 3
"""Of a marker."""

_native_event_of = native_part("event_of")

_BY_VALUE = frozenset({int, float, complex, bool, str, bytes, type(None)})


class Call(NamedTuple):
    """The fields of the record of a call: the token of an open call and, later, the source of its events.

    Attributes:
        values: Captured arguments, in the order of ``site.parameters``.
        defaulted: Names of the parameters whose value is their default.
        origin: Where the call's thread, task, callback or job was started, where the call is the first in it.
        constructed: The id of the object whose ``__init__`` this is, or 0.
        spawn: The `Spawn` in whose context the call runs.
    """

    kind: EventType
    timestamp: float
    memory: int
    call_id: int
    parent_id: int | None
    depth: int
    site: Site
    lane: Lane
    values: tuple[Any, ...]
    defaulted: tuple[str, ...]
    backend: str
    origin: Origin | None
    task: str | None
    constructed: int
    spawn: Spawn | None


def defaulted(values: Sequence[Any], defaults: tuple[tuple[int, str, Any], ...]) -> tuple[str, ...]:
    """Return the names of parameters whose value is their default, by identity or, for scalars, by value."""
    return tuple([name for index, name, default in defaults if _is_default(values[index], default)])


def _is_default(value: Any, default: Any) -> bool:
    # A default is one object, evaluated when the function was defined.
    if value is default:
        return True
    kind = type(value)
    if kind is tuple or kind is dict:
        return not value and type(default) is kind and not default
    return kind is type(default) and kind in _BY_VALUE and bool(value == default)


def event_of(record: Record) -> CallEvent:
    """Return the event that ``record`` represents."""
    made: CallEvent | None = None if _native_event_of is None else _native_event_of(record)
    return pure_event_of(record) if made is None else made


def pure_event_of(record: Record) -> CallEvent:
    """Return what `event_of` returns, in Python."""
    kind = record[KIND]
    if kind is EventType.CALL:
        return call_event_of(record)
    if kind is EventType.MARKER:
        _, timestamp, memory, text = record
        return CallEvent(kind, text, "", 0, {}, None, 0, timestamp, "", memory)
    _, timestamp, memory, call, value, exception, extra, finished = record
    made = Call._make(call)
    # Of a line the value is what changed, and the extra number its line.
    if kind is EventType.LINE:
        return _event(kind, made, extra, value, None, timestamp, memory, None, None, finished)
    return _event(kind, made, made.site.line_number, {}, value, timestamp, memory, exception, extra, finished)


def call_event_of(record: Record) -> CallEvent:
    """Return the call event of the record of a call."""
    call = Call._make(record)
    args = dict(zip(call.site.parameters, call.values, strict=False))
    return _event(call.kind, call, call.site.line_number, args, None, call.timestamp, call.memory, None, None, True)


def _event(
    kind: EventType,
    call: Call,
    line_number: int,
    args: dict[str, Any],
    value: Any,
    timestamp: float,
    memory: int,
    exception: ExceptionInfo | None,
    raised_in: int | None,
    finished: bool,
) -> CallEvent:
    site, lane, origin = call.site, call.lane, call.origin
    # By position, all of them: a third faster than by name, and a long trace has a million.
    return CallEvent(
        kind,
        site.function_name,
        site.filename,
        line_number,
        args,
        value,
        call.depth,
        timestamp,
        lane.thread_id,
        memory,
        site.module,
        site.qualname,
        call.call_id,
        call.parent_id,
        call.task,
        exception,
        call.backend,
        raised_in,
        call.defaulted,
        None if origin is None else origin.spawn_id,
        call.parent_id is None and (not lane.home if origin is None else origin.detached),
        finished,
    )
