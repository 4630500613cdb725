"""Processes a stream of events in batches, in bounded memory."""

from __future__ import annotations

__all__ = ["TraceProcessor"]

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._words import count
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.storage.stream_file import StreamFile

keep_builtins(globals())


class TraceProcessor:
    """A processor of batches of events: it keeps totals and the last events, and passes each batch on.

    Safe to use from several threads at once.

    Args:
        sink: Called with a list of the events of each batch. What it raises goes to the caller of `process_batch`.
        path: A file of all batches; `Trace.load` reads it. The first batch replaces an older file.
        keep: How many of the last events are held in memory.

    Attributes:
        batches: Number of batches so far.
        events_processed: Number of events so far.

    Raises:
        ValueError: ``keep`` is negative.
    """

    def __init__(
        self,
        sink: Callable[[list[CallEvent]], None] | None = None,
        path: str | os.PathLike[str] | None = None,
        *,
        keep: int = 100_000,
    ) -> None:
        if keep < 0:
            raise ValueError(f"keep={keep!r} must not be negative")
        self.batches = 0
        self.events_processed = 0
        self._counts: Counter[str] = Counter()
        self._last: deque[CallEvent] = deque(maxlen=keep)
        self._sink = sink
        self._path = path
        self._file: StreamFile | None = None
        # Reentrant: a sink, or a finaliser that runs meanwhile, may process a batch of its own.
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"<TraceProcessor: {count(self.batches, 'batch', 'batches')}, {count(self.events_processed, 'event')}>"

    def process_batch(self, events: Iterable[CallEvent]) -> None:
        """Process one batch; the caller may clear its list afterwards.

        Raises:
            TraceError: There is a path and an event that cannot be saved.
            OSError: The file cannot be written.
        """
        batch = list(events)
        with self._lock:
            self.batches += 1
            self.events_processed += len(batch)
            # Not Counter.update, which looks names up that the program may have replaced.
            for event in batch:
                if event.event_type == EventType.CALL:
                    self._counts[event.name] += 1
            self._last.extend(batch)
            if self._path is not None:
                self._write(self._path, batch)
            if self._sink is not None:
                self._sink(batch)

    def _write(self, path: str | os.PathLike[str], batch: list[CallEvent]) -> None:
        if self._file is None:
            self._file = StreamFile(path)
        self._file.tables.add_events(batch)
        # Each batch may be the last one.
        self._file.write(ends=True)

    def events(self) -> list[CallEvent]:
        """Return the last events, oldest first, at most ``keep``."""
        with self._lock:
            return list(self._last)

    def summary(self) -> dict[str, Any]:
        """Return ``batches``, ``events_processed`` and ``function_call_counts`` (by full name, sorted) so far."""
        with self._lock:
            return {
                "batches": self.batches,
                "events_processed": self.events_processed,
                "function_call_counts": dict(sorted(self._counts.items())),
            }
