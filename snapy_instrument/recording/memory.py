"""How much memory the process uses, in bytes, by the cheapest honest figure."""

from __future__ import annotations

__all__ = ["SAMPLE_SECONDS", "memory_at", "process_memory"]

import os
import sys
import tracemalloc
from collections.abc import Callable

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import FORKS

keep_builtins(globals())

SAMPLE_SECONDS = 0.01
_last = (float("-inf"), 0)


def memory_at(now: float) -> tuple[int, float]:
    """The process's memory at the time ``now`` in seconds, and when to ask again.

    Shared by all recorders: the figure is read at most every `SAMPLE_SECONDS`.
    """
    global _last
    if now >= _last[0] + SAMPLE_SECONDS:
        _last = (now, process_memory())
    return _last[1], _last[0] + SAMPLE_SECONDS


def process_memory() -> int:
    """tracemalloc's figure where it runs, else the resident set size (its peak where only that is known)."""
    if tracemalloc.is_tracing():
        return tracemalloc.get_traced_memory()[0]
    return _resident()


def _from_proc() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * _PAGE


def _from_rusage() -> int:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _unknown() -> int:
    return 0


def _choose() -> Callable[[], int]:
    for reader in (_from_proc, _from_rusage):
        try:
            reader()
        except (OSError, ImportError, ValueError):
            continue
        return reader
    return _unknown


_PAGE = os.sysconf("SC_PAGE_SIZE") if FORKS else 4096
_resident = _choose()
