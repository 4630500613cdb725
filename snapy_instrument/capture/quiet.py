"""One flag a thread: nothing is recorded while our own code runs code of the user's."""

from __future__ import annotations

__all__ = ["ThreadFlags", "flags", "quiet"]

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ThreadFlags(threading.local):
    """Per-thread state that capture and recording share."""

    def __init__(self) -> None:
        self.quiet = 0


flags = ThreadFlags()


@contextmanager
def quiet() -> Iterator[None]:
    """Calls made by this thread inside the block are recorded by no tracer."""
    flags.quiet += 1
    try:
        yield
    finally:
        flags.quiet -= 1
