"""A tracer that keeps the latest calls of a block, which may make any number of them.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["LatestCalls"]

from collections.abc import Iterable
from typing import Any

from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.analysis.processor import TraceProcessor
from snapy_instrument.tracers.streaming import StreamingTracer

_MOST_EVENTS = 20_000


class LatestCalls(StreamingTracer):
    """Records in bounded memory: the latest calls, those still open, and their callers.

    Args:
        most: The number of events to keep, about.
        options: The arguments of `FunctionTracer`.
    """

    def __init__(self, most: int = _MOST_EVENTS, **options: Any) -> None:
        super().__init__(max(1, most // 2), **options)
        self._kept = self.trace_processor = _Kept(most)

    @property
    def dropped(self) -> int:
        """Return the number of calls that were not kept."""
        return self._kept.dropped

    @property
    def events(self) -> list[CallEvent]:
        """Return the events kept."""
        return [*self._kept.events(), *super().events]


class _Kept(TraceProcessor):
    """A processor that keeps the last ``most`` events, and those of earlier calls that enclose them or are open."""

    def __init__(self, most: int) -> None:
        super().__init__(keep=0)
        self.dropped = 0
        self._most = most
        self._events: list[CallEvent] = []

    def process_batch(self, events: Iterable[CallEvent]) -> None:
        """Add ``events``."""
        with self._lock:
            self._events.extend(events)
            if len(self._events) > self._most:
                kept = _needed(self._events, self._most // 2)
                self.dropped += _calls(self._events) - _calls(kept)
                self._events = kept

    def events(self) -> list[CallEvent]:
        """Return the events kept, oldest first."""
        with self._lock:
            return list(self._events)


def _needed(events: list[CallEvent], latest: int) -> list[CallEvent]:
    """Return the last ``latest`` events, and those of earlier calls that are open or have an event among the last."""
    early, late = events[:-latest], events[-latest:]
    ended = {event.call_id for event in events if event.event_type == EventType.RETURN}
    parents = {event.call_id: event.parent_id for event in events if event.event_type == EventType.CALL}
    needed: set[int] = set()
    waiting = [*{event.call_id for event in late}, *(parents.keys() - ended)]
    while waiting:
        call = waiting.pop()
        if call not in needed:
            needed.add(call)
            waiting.append(parents.get(call) or call)
    needed.discard(0)
    return [event for event in early if event.call_id in needed] + late


def _calls(events: list[CallEvent]) -> int:
    return sum(event.event_type == EventType.CALL for event in events)
