"""Large structures are made without the garbage collector looking through them again and again."""

from __future__ import annotations

__all__ = ["uncollected"]

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Inside, or while a function decorated with it runs, no garbage collection starts by itself.

    For work that makes many objects, keeps them and forms no cycles: to look for cycles takes a third of its time.
    """
    # Threads that do so at the same time may end each other's rest, but none leaves the collector switched off.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
