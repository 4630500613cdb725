"""The event model: one dead value for each thing that happened.

An event holds plain data only, never a frame or a live object, so any backend, a file or a test can make one.
"""

from __future__ import annotations

__all__ = ["CallEvent", "EventType", "ExceptionInfo"]

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())


class EventType(StrEnum):
    """The kind of an event. Members are strings: ``event.event_type == 'call'`` holds."""

    CALL = "call"
    RETURN = "return"
    EXCEPTION = "exception"
    LINE = "line"
    YIELD = "yield"
    RESUME = "resume"
    MARKER = "marker"


class ExceptionInfo(NamedTuple):
    """The exception that left a call: the name of its type and its message, both plain text."""

    type_name: str
    message: str


@dataclass(slots=True)
class CallEvent:
    """One thing that happened in a traced program.

    Events share values that are the same, so a list or dict in one is not to be changed.

    Exactly one ``call`` and one ``return`` exist for each logical call. A call left by an exception gives
    ``call``, ``exception`` and a ``return`` whose `exception` is set. A generator or coroutine is one call,
    whatever the number of its suspensions.

    Attributes:
        event_type: What happened, an `EventType` (a string).
        function_name: The function's ``__name__``; for a marker, the marker's text.
        filename: The source file as the code object names it.
        line_number: The function's first line for call, return and exception; the line for a line event.
        args: Captured arguments by parameter name, in the order of the signature, defaults applied, ``*rest``
            a tuple and ``**more`` a dict. Set on ``call``. On ``line``, the locals that changed.
        return_value: The captured result on ``return``; the captured exception on ``exception``; the value
            that went out or came in on ``yield`` and ``resume``.
        depth: How many recorded calls enclose this one in its thread or task; 0 for a root.
        timestamp: Seconds from a monotonic clock; only differences mean something.
        thread_id: The identifier of the operating system's thread, as text.
        memory_usage: Bytes used by the process (tracemalloc's figure where it runs, else resident set size).
            It is read at most every 10 ms; events in between repeat the last reading.
        module: The ``__name__`` of the module whose globals the function uses.
        qualname: The function's ``__qualname__``.
        call_id: Number of the logical call, unique in its trace; 0 for a marker.
        parent_id: ``call_id`` of the enclosing recorded call, None at a root.
        task: Name of the asyncio task, or None.
        exception: Type name and message of the exception, or None.
        backend: ``"proxy"``, ``"settrace"`` or ``"monitoring"``.
        raised_in: ``call_id`` of the innermost recorded call the exception left, or None. Equal to
            `call_id` where the exception was first seen.
        defaulted: Names of parameters whose value is their default.
        spawn_id: For the outermost call of a thread or task that a recorded call started: the position of
            that start among the children of the parent (comparable with their `call_id`). Else None.
        detached: True for a root call of a thread whose starter is no recorded call.
        finished: False on the ``return`` of a call that was still open when recording ended, or of a
            generator that was closed before it was exhausted.
    """

    event_type: EventType | str
    function_name: str
    filename: str
    line_number: int
    args: dict[str, Any]
    return_value: Any
    depth: int
    timestamp: float
    thread_id: str
    memory_usage: int
    module: str = ""
    qualname: str = ""
    call_id: int = 0
    parent_id: int | None = None
    task: str | None = None
    exception: ExceptionInfo | None = None
    backend: str = ""
    raised_in: int | None = None
    defaulted: tuple[str, ...] = field(default=())
    spawn_id: int | None = None
    detached: bool = False
    finished: bool = True

    @property
    def name(self) -> str:
        """``module.qualname``, or the part of it that is known."""
        qualname = self.qualname or self.function_name
        return f"{self.module}.{qualname}" if self.module else qualname
