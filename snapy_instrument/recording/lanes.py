"""The stack of open calls of one thread in one recording, and what started the thread."""

from __future__ import annotations

__all__ = ["Context"]

from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import ThreadFlags
from snapy_instrument._twins import twinned
from snapy_instrument.recording.spawns import Origin

keep_builtins(globals())


@twinned
class Context:
    """One thread in one recording.

    Attributes:
        thread_id: The thread's identifier as text.
        stack: The open calls, outermost first, as the recorder's call records.
        flags: The thread's flags, shared by all recordings.
        origin: What started the thread, or None if that is unknown or the thread entered the tracer.
        home: The thread entered the tracer.
        records: Calls made here belong to the recording.
    """

    __slots__ = ("flags", "home", "origin", "records", "stack", "task", "thread_id")

    def __init__(self, thread_id: str, flags: ThreadFlags, *, home: bool, origin: Origin | None, records: bool) -> None:
        self.thread_id = thread_id
        self.flags = flags
        self.home = home
        self.origin = origin
        self.records = records
        self.stack: list[tuple[Any, ...]] = []
        self.task: str | None = None
