"""Which call started a thread: watched while a tracer is active, by standing before `threading.Thread.start`."""

from __future__ import annotations

__all__ = ["ThreadStarts", "thread_starts"]

import functools
import threading
from collections.abc import Callable
from typing import Any

from snapy_instrument.recording.active import proxied


class ThreadStarts:
    """Replaces ``Thread.start`` while somebody watches, and puts the original back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watchers = 0
        self._original: Callable[..., Any] | None = None
        self._replacement: Callable[..., Any] | None = None

    def watch(self) -> None:
        """One tracer more wants to know."""
        with self._lock:
            self._watchers += 1
            if self._watchers == 1:
                self._install()

    def unwatch(self) -> None:
        """One tracer less."""
        with self._lock:
            self._watchers -= 1
            if not self._watchers:
                self._uninstall()

    def _install(self) -> None:
        original = threading.Thread.start

        @functools.wraps(original)
        def start(self: threading.Thread) -> None:
            for recorder in proxied.recorders:
                recorder.note_start(self)
            return original(self)

        self._original, self._replacement = original, start
        threading.Thread.start = start  # type: ignore[method-assign]

    def _uninstall(self) -> None:
        # Whoever replaced it after us (a mock, another tool) put our function inside theirs: leave it.
        if threading.Thread.start is self._replacement:
            threading.Thread.start = self._original  # type: ignore[method-assign,assignment]
        self._original = self._replacement = None


thread_starts = ThreadStarts()
