"""What the tracer itself costs: measured on this machine, not guessed."""

from __future__ import annotations

__all__ = ["TracingDiagnostics", "cost_per_event"]

import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from snapy_instrument.backends.base import FrameOptions
from snapy_instrument.backends.frames.settrace import SettraceBackend
from snapy_instrument.backends.proxy.proxy import make_proxy
from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import proxied
from snapy_instrument.recording.sites import site_of_function
from snapy_instrument.trace.analysis.metrics import PerformanceMetrics

_CALLS = 2000
_ROUNDS = 5


class _Measured(Protocol):
    def get_performance_metrics(self) -> PerformanceMetrics:
        """The measurements of a tracer."""


class TracingDiagnostics:
    """Tells how much of the traced time was the tracer's own."""

    def analyze_performance_impact(self, tracer: _Measured) -> dict[str, Any]:
        """Overhead in percent, memory in MiB, events per second, and the functions that took the most time.

        The overhead is the calibrated cost of an event on this machine times the number of events, against the
        rest of the traced time.
        """
        metrics = tracer.get_performance_metrics()
        return {
            "overhead_percentage": metrics.calculate_overhead(),
            "memory_usage_mb": metrics.get_memory_usage() / 1024 / 1024,
            "events_per_second": metrics.get_event_rate(),
            "bottlenecks": metrics.identify_bottlenecks(),
        }


@lru_cache(maxsize=4)
def cost_per_event(backend: str = "proxy") -> float:
    """Seconds that recording one event takes here: the best round of recorded calls less the best of plain ones."""
    record = _BACKENDS.get(backend, _by_proxy)
    # Each on its own: a difference is least where the plain calls of its round were held up.
    rounds = [_round(record) for _ in range(_ROUNDS)]
    best = min(recorded for _, recorded in rounds) - min(plain for plain, _ in rounds)
    return max(best, 0.0) / (2 * _CALLS)


def _sample(number: int, text: str) -> int:
    return number


def _round(record: Callable[[Recorder], float]) -> tuple[float, float]:
    """Seconds that plain calls take, and that recorded ones do."""
    plain = _seconds(_sample)
    # Other tracers stay active: their filters never match this library.
    return plain, record(Recorder(lambda site: site.code is _sample.__code__, Capture()))


def _by_proxy(recorder: Recorder) -> float:
    proxy = make_proxy(_sample, site_of_function(_sample))  # type: ignore[arg-type]
    proxied.add(recorder)
    try:
        return _seconds(proxy)
    finally:
        proxied.remove(recorder)


def _by_settrace(recorder: Recorder) -> float:
    backend = SettraceBackend()
    backend.adopt(recorder, FrameOptions())
    before = sys.gettrace()
    sys.settrace(backend.trace_function)
    try:
        return _seconds(_sample)
    finally:
        sys.settrace(before)


_BACKENDS = {"proxy": _by_proxy, "settrace": _by_settrace}


def _seconds(function: Callable[..., Any]) -> float:
    start = time.perf_counter()
    for number in range(_CALLS):
        function(number, "text")
    return time.perf_counter() - start
