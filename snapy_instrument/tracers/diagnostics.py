"""`TracingDiagnostics`: how much of the traced time the tracer itself took."""

from __future__ import annotations

__all__ = ["TracingDiagnostics"]

from typing import Any

from snapy_instrument.tracers.tracer import FunctionTracer


class TracingDiagnostics:
    """A report on what tracing costs, measured on this machine."""

    def analyze_performance_impact(self, tracer: FunctionTracer) -> dict[str, Any]:
        """Return what recording cost ``tracer``, and where the traced program spent its time.

        Returns:
            ``overhead_percentage``: The share of the traced time that recording took, in percent: for each event
            the measured cost of one event of its backend (`Volatile`).
            ``memory_usage_mb``: The highest reading of the process's memory, in MiB (`Volatile`).
            ``events_per_second``: `Volatile`.
            ``bottlenecks``: The functions that together took at least 80 % of all self time, most first.
        """
        metrics = tracer.get_performance_metrics()
        return {
            "overhead_percentage": metrics.calculate_overhead(),
            "memory_usage_mb": metrics.get_memory_usage() / 1024 / 1024,
            "events_per_second": metrics.get_event_rate(),
            "bottlenecks": metrics.identify_bottlenecks(),
        }
