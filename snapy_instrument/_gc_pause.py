"""A pause of the garbage collector while large structures are made."""

from __future__ import annotations

__all__ = ["uncollected"]

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause automatic garbage collection inside the block, or while a decorated function runs.

    For work that makes many objects, keeps them and forms no cycles: looking for cycles takes a third of its time.
    """
    # Threads that pause at the same time may end each other's pause, but none leaves the collector switched off.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
