"""Per-thread flags that capture, recording and the backends share.

`quiet` keeps every tracer silent while our own code runs code of the user's. `ThreadFlags.expected` is how a
proxy tells a frame backend that the very next frame of that code is a call already recorded.
"""

from __future__ import annotations

__all__ = ["ThreadFlags", "quiet", "thread_flags"]

import threading
from types import CodeType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import twinned

keep_builtins(globals())


@twinned
class ThreadFlags:
    """State of one thread; read and written by that thread alone.

    Attributes:
        quiet: Nothing is recorded while it is above 0.
        expected: Code object whose next frame a proxy has recorded already, or None.
        expected_call: The recorder's token of that call.
    """

    __slots__ = ("expected", "expected_call", "quiet")

    def __init__(self) -> None:
        self.quiet = 0
        self.expected: CodeType | None = None
        self.expected_call: Any = None


class _Local(threading.local):
    def __init__(self) -> None:
        self.flags = ThreadFlags()


_local = _Local()


def thread_flags() -> ThreadFlags:
    """The calling thread's flags."""
    return _local.flags


class quiet:
    """Context in which calls made by this thread are recorded by no tracer.

    A class: what contextlib makes of a generator looks names up that the program may have replaced.
    """

    __slots__ = ("_flags",)

    def __enter__(self) -> None:
        self._flags = _local.flags
        self._flags.quiet += 1

    def __exit__(self, *exception: object) -> None:
        self._flags.quiet -= 1
