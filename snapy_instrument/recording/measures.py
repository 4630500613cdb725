"""What is measured at an event: the time, and how much memory the process uses, by the cheapest honest figure.

All records of a recording have their time from one function, `clock`. The native twin reads the counter of the
processor where it may, at half the cost, and corrects it by the clock of the system every few milliseconds
(``native/clock.c``).

The memory is read while a program runs that may have replaced `open`, functions of `os` or the file system
(``mock.patch``, pyfakefs, blockbuster). So the native twin asks the system from C; the Python twin keeps the functions
it needs where no tool looks for them, and raises the audit event ``open``, as every way to open a file from Python
does. No file stays open between two readings: a program that closes or counts its files would meet it.
"""

from __future__ import annotations

__all__ = ["SAMPLE_SECONDS", "clock", "memory_at", "process_memory"]

import os
import sys
import time
from _tracemalloc import get_traced_memory, is_tracing
from collections.abc import Callable
from functools import partial

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import FORKS
from snapy_instrument._twins import native_part

keep_builtins(globals())

# Tools that freeze time (freezegun) look for its functions in all modules, and replace them there: not in a partial.
clock: Callable[[], float] = native_part("clock") or partial(time.perf_counter)
"""Returns seconds, which do not go back: those of `time.perf_counter`, to some microseconds."""

SAMPLE_SECONDS = 0.01
_last = (float("-inf"), 0)


def memory_at(now: float) -> tuple[int, float]:
    """Return the process's memory in bytes at the time ``now`` in seconds, and when to ask again.

    Shared by all recorders: the figure is read at most every `SAMPLE_SECONDS`.
    """
    # Without a lock: two threads that read at once both write a true figure.
    global _last
    if now >= _last[0] + SAMPLE_SECONDS:
        _last = (now, process_memory())
    return _last[1], _last[0] + SAMPLE_SECONDS


def process_memory() -> int:
    """Return tracemalloc's figure where it runs, else the resident set size (its peak where only that is known)."""
    return get_traced_memory()[0] if is_tracing() else _resident()


class _StatusFile:
    """Reads the resident set size from Linux's ``/proc/self/statm``, whose second number counts pages.

    The functions are attributes of an object: pyfakefs replaces them in the namespaces of all modules.
    """

    def __init__(self) -> None:
        self._functions = os.open, os.read, os.close
        self._flags = os.O_RDONLY | os.O_CLOEXEC
        self._page = os.sysconf("SC_PAGE_SIZE")

    def __call__(self) -> int:
        open_file, read, close = self._functions
        file = open_file("/proc/self/statm", self._flags)
        try:
            return int(read(file, 100).split()[1]) * self._page
        finally:
            close(file)


class _Usage:
    """Reads the peak of the resident set size, in kilobytes or on macOS in bytes."""

    def __init__(self) -> None:
        import resource

        self._read, self._who = resource.getrusage, resource.RUSAGE_SELF
        self._unit = 1 if sys.platform == "darwin" else 1024

    def __call__(self) -> int:
        return self._read(self._who).ru_maxrss * self._unit


def _unknown() -> int:
    return 0


def _choose() -> Callable[[], int]:
    """Return the first reader that works here."""
    makers: list[Callable[[], Callable[[], int]]] = [_StatusFile, _Usage] if FORKS else []
    native: Callable[[], int] | None = native_part("resident_memory")
    if native is not None:
        # First of all: C reads it through no name that a program may have replaced.
        makers.insert(0, lambda: native)
    for make in makers:
        try:
            reader = make()
            reader()
        except (OSError, ImportError, ValueError):
            continue
        return reader
    return _unknown


_resident = _choose()
