"""Measurements of a trace: counts that are the same on every run, and quantities that are `Volatile`."""

from __future__ import annotations

__all__ = ["PerformanceMetrics", "PerformanceTracker", "summary", "timing_data"]

from collections import Counter
from collections.abc import Callable
from typing import Any

from snapy_instrument._words import count
from snapy_instrument.events import EventType
from snapy_instrument.trace.analysis.timing import function_times, total_seconds
from snapy_instrument.trace.analysis.volatile import Volatile, VolatileList
from snapy_instrument.trace.tree import Events, Recording, events_of, tree_of


class PerformanceTracker:
    """Measures a list of events."""

    def __repr__(self) -> str:
        return "<PerformanceTracker>"

    def collect_metrics(self, trace_events: Events) -> dict[str, Any]:
        """Return the measurements of ``trace_events``.

        Returns:
            ``total_execution_time``: seconds between the first and the last event (`Volatile`).
            ``function_call_counts``: number of calls by function name, in order of the first call.
            ``max_call_depth``: the greatest number of calls open at once on one path.
            ``hot_spots``: functions by self time, most first (a list of dicts with ``function``, ``calls``,
            ``self_time`` and ``total_time``).
            ``memory_usage``: the highest reading in bytes (`Volatile`).
        """
        recording = _recording(trace_events)
        return {
            "total_execution_time": self._calculate_total_time(recording),
            "function_call_counts": self._count_function_calls(recording),
            "max_call_depth": self._find_max_depth(recording),
            "hot_spots": self._identify_performance_hotspots(recording),
            "memory_usage": self._track_memory_consumption(recording),
        }

    def _calculate_total_time(self, trace_events: Events) -> Volatile:
        return Volatile(total_seconds(events_of(trace_events)))

    def _count_function_calls(self, trace_events: Events) -> dict[str, int]:
        events = events_of(trace_events)
        return dict(Counter(event.function_name for event in events if event.event_type == EventType.CALL))

    def _find_max_depth(self, trace_events: Events) -> int:
        return tree_of(trace_events).height()

    def _identify_performance_hotspots(self, trace_events: Events) -> VolatileList[dict[str, Any]]:
        times = sorted(function_times(trace_events).items(), key=lambda item: (-item[1].own, item[0]))
        return VolatileList(
            {
                "function": name,
                "calls": time.calls,
                "self_time": Volatile(time.own),
                "total_time": Volatile(time.total),
            }
            for name, time in times
        )

    def _track_memory_consumption(self, trace_events: Events) -> Volatile:
        return Volatile(max((event.memory_usage for event in events_of(trace_events)), default=0))


def _recording(events: Events) -> Events:
    # A Trace has built its tree; plain events would build it for each measurement.
    return events if hasattr(events, "tree") else Recording(events_of(events))


class PerformanceMetrics:
    """Measurements of a traced block and of the tracer itself.

    Args:
        events: What was recorded.
        cost_per_event: Seconds that recording one event takes, or a function that returns them for the name of a
            backend; it is called for each backend that recorded, when the overhead is asked for.
        wall_time: Seconds that the traced block took; default from the first to the last event.

    Attributes:
        event_count: Number of events.
        wall_time: As given (`Volatile`).
        total_execution_time, function_call_counts, max_call_depth, hot_spots, memory_usage: As
            `PerformanceTracker.collect_metrics` has them.
    """

    def __init__(
        self,
        events: Events,
        *,
        cost_per_event: float | Callable[[str], float] = 0.0,
        wall_time: float | None = None,
    ) -> None:
        recorded = events_of(events)
        found = PerformanceTracker().collect_metrics(recorded)
        self.event_count = len(recorded)
        self.total_execution_time: Volatile = found["total_execution_time"]
        self.function_call_counts: dict[str, int] = found["function_call_counts"]
        self.max_call_depth: int = found["max_call_depth"]
        self.hot_spots: VolatileList[dict[str, Any]] = found["hot_spots"]
        self.memory_usage: Volatile = found["memory_usage"]
        self.wall_time = Volatile(self.total_execution_time if wall_time is None else wall_time)
        self._cost = cost_per_event
        self._counts = Counter(event.backend for event in recorded)

    def __repr__(self) -> str:
        return f"<PerformanceMetrics of {count(self.event_count, 'event')}>"

    def calculate_overhead(self) -> Volatile:
        """Return the percent of the traced time that recording took: the sum of what each event cost, at most 100.

        0 where no time passed.
        """
        if not self.wall_time or not self.event_count:
            return Volatile(0.0)
        cost = self._cost
        spent = sum(count * (cost(name) if callable(cost) else cost) for name, count in self._counts.items())
        return Volatile(min(100.0, 100.0 * spent / self.wall_time.value))

    def get_memory_usage(self) -> Volatile:
        """Return the highest reading of the process's memory, in bytes."""
        return self.memory_usage

    def get_event_rate(self) -> Volatile:
        """Return the events per second of the traced time; 0 where no time passed."""
        return Volatile(self.event_count / self.wall_time.value if self.wall_time else 0.0)

    def identify_bottlenecks(self) -> VolatileList[dict[str, Any]]:
        """Return the hot spots that together took at least 80 % of all self time, most first."""
        whole = sum(spot["self_time"].value for spot in self.hot_spots)
        found, covered = [], 0.0
        for spot in self.hot_spots:
            if covered >= 0.8 * whole:
                break
            found.append(spot)
            covered += spot["self_time"].value
        return VolatileList(found)


def timing_data(events: Events) -> dict[str, dict[str, Any]]:
    """Return ``calls``, ``total_time`` and ``self_time`` (`Volatile` seconds) by full name, sorted."""
    return {
        name: {"calls": time.calls, "total_time": Volatile(time.total), "self_time": Volatile(time.own)}
        for name, time in sorted(function_times(events).items())
    }


def summary(events: Events) -> dict[str, Any]:
    """Return counts that do not depend on the schedule, and the measured quantities of `PerformanceTracker`.

    Returns:
        ``total_calls``, ``function_call_counts`` (sorted by name), ``max_call_depth``, ``exceptions`` (calls left by
        one), ``total_execution_time``, ``hot_spots``, ``memory_usage``.
    """
    recording = _recording(events)
    found = PerformanceTracker().collect_metrics(recording)
    counts: dict[str, int] = found["function_call_counts"]
    return {
        "total_calls": sum(counts.values()),
        "function_call_counts": dict(sorted(counts.items())),
        "max_call_depth": found["max_call_depth"],
        "exceptions": sum(node.left_by_exception for node in tree_of(recording).walk()),
        "total_execution_time": found["total_execution_time"],
        "hot_spots": found["hot_spots"],
        "memory_usage": found["memory_usage"],
    }
