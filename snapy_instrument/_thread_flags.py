"""Per-thread flags that capture, recording and the backends share.

`quiet` keeps every tracer silent while our own code runs code of the program. By `ThreadFlags.expected` a frame backend
knows that the very next frame of that code is a call that a proxy has recorded.
"""

from __future__ import annotations

__all__ = ["ThreadFlags", "quiet", "thread_flags"]

from types import CodeType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._threads import ThreadLocal
from snapy_instrument._twins import twinned

keep_builtins(globals())


@twinned
class ThreadFlags:
    """The flags of one thread, read and written by that thread alone.

    Attributes:
        quiet: Nothing is recorded while it is above 0.
        expected: Code object whose next frame a proxy has recorded already, or None.
        expected_call: That call.
    """

    __slots__ = ("expected", "expected_call", "quiet")

    def __init__(self) -> None:
        self.quiet = 0
        self.expected: CodeType | None = None
        self.expected_call: Any = None


class _Local(ThreadLocal):
    def __init__(self) -> None:
        self.flags = ThreadFlags()


_local = _Local()


def thread_flags() -> ThreadFlags:
    """Return the flags of the calling thread."""
    return _local.flags


class quiet:
    """A context in which no tracer records the calls of this thread.

    A class: what contextlib makes of a generator looks names up that the program may have replaced.
    """

    __slots__ = ("_flags",)

    def __enter__(self) -> None:
        self._flags = _local.flags
        self._flags.quiet += 1

    def __exit__(self, *exception: object) -> None:
        self._flags.quiet -= 1
