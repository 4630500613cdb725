"""The records of a recording, kept as plain tuples until somebody reads them as events."""

from __future__ import annotations

__all__ = ["Call", "Record", "call_event_of", "defaulted", "event_of", "is_open", "pure_event_of", "rewrite_end"]

from collections.abc import Sequence
from typing import Any, NamedTuple

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import native_part
from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.recording.exceptions import Seen
from snapy_instrument.recording.lanes import Context
from snapy_instrument.recording.sites import Site
from snapy_instrument.recording.spawns import Origin, Spawn

keep_builtins(globals())

Record = tuple[Any, ...]

_ENDS = (EventType.EXCEPTION, EventType.RETURN)
# Records that other threads may have written since.
_NEAR = 1000

_native_event_of = native_part("event_of")
_BY_VALUE = frozenset({int, float, complex, bool, str, bytes, type(None)})


class Call(NamedTuple):
    """The fields of a call record: the token of an open call and, later, the source of its events.

    While recording the record is a plain tuple: a named one takes three times as long to make.
    """

    kind: EventType
    timestamp: float
    memory: int
    call_id: int
    parent_id: int | None
    depth: int
    site: Site
    context: Context
    values: tuple[Any, ...]
    defaulted: tuple[str, ...]
    backend: str
    origin: Origin | None
    task: str | None
    constructed: int
    spawn: Spawn | None


def rewrite_end(log: list[Record], call: Record, seen: Seen, raised_in: int) -> None:
    """Give the end of ``call``, which is near the end of the log, another exception."""
    for index in range(len(log) - 1, max(0, len(log) - _NEAR), -1):
        record = log[index]
        if record[0] in _ENDS and record[3] is call:
            value = seen.value if record[0] is EventType.EXCEPTION else None
            log[index] = (*record[:4], value, seen.info, raised_in, True)
            if record[0] is EventType.EXCEPTION:
                return


def is_open(log: list[Record], call: Record, *, otherwise: bool) -> bool:
    """``call`` has begun and not ended; ``otherwise`` where the end of the log tells neither."""
    for record in reversed(log[-_NEAR:]):
        if record is call:
            return True
        if record[0] is EventType.RETURN and record[3] is call:
            return False
    return otherwise


def defaulted(values: Sequence[Any], defaults: tuple[tuple[int, str, Any], ...]) -> tuple[str, ...]:
    """Names of parameters whose value is their default, by identity or, for scalars, by value."""
    return tuple([name for index, name, default in defaults if _is_default(values[index], default)])


def _is_default(value: Any, default: Any) -> bool:
    if value is default:
        return True
    kind = type(value)
    if kind is tuple or kind is dict:
        return not value and type(default) is kind and not default
    return kind is type(default) and kind in _BY_VALUE and bool(value == default)


def event_of(record: Record) -> CallEvent:
    """The event that ``record`` stands for."""
    made: CallEvent | None = None if _native_event_of is None else _native_event_of(record)
    return pure_event_of(record) if made is None else made


def pure_event_of(record: Record) -> CallEvent:
    """`event_of`, in Python."""
    kind = record[0]
    if kind is EventType.CALL:
        return call_event_of(record)
    if kind is EventType.MARKER:
        _, timestamp, memory, text = record
        return CallEvent(kind, text, "", 0, {}, None, 0, timestamp, "", memory)
    _, timestamp, memory, call, value, exception, extra, finished = record
    made = Call._make(call)
    if kind is EventType.LINE:
        return _event(kind, made, extra, value, None, timestamp, memory, None, None, finished)
    return _event(kind, made, made.site.line_number, {}, value, timestamp, memory, exception, extra, finished)


def call_event_of(record: Record) -> CallEvent:
    """The call event of a call record."""
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
    site, context, origin = call.site, call.context, call.origin
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
        context.thread_id,
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
        call.parent_id is None and not context.home,
        finished,
    )
