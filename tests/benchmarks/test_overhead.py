"""The founding document's overhead test, made robust: the best of interleaved rounds.

``python -m pytest tests/benchmarks/test_overhead.py -s`` prints the figures.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from snapy_instrument import FunctionTracer

CALLS = 100
# What other work on the machine adds only makes a round slower, so the fastest round is the truest.
FEWEST_ROUNDS, MOST_ROUNDS = 7, 60
ALLOWED_PERCENT = 5.0


def benchmark_function() -> int:
    """Representative workload."""
    return sum(range(10000))


def plain_round() -> float:
    """Seconds for all calls, without tracing."""
    start = time.perf_counter()
    for _ in range(CALLS):
        benchmark_function()
    return time.perf_counter() - start


def traced_round() -> float:
    """Seconds for the same with tracing, entering and leaving the tracer included."""
    tracer = FunctionTracer()
    start = time.perf_counter()
    with tracer:
        for _ in range(CALLS):
            benchmark_function()
    seconds = time.perf_counter() - start
    assert len(tracer.events) == 2 * CALLS
    return seconds


def overhead_percent(plain: Callable[[], float], traced: Callable[[], float]) -> float:
    """What tracing adds: best of interleaved rounds, at least `FEWEST_ROUNDS`, more while it is not small."""
    best_plain = best_traced = float("inf")
    percent = float("inf")
    for rounds in range(1, MOST_ROUNDS + 1):
        best_plain = min(best_plain, plain())
        best_traced = min(best_traced, traced())
        percent = (best_traced - best_plain) / best_plain * 100
        if rounds >= FEWEST_ROUNDS and percent < ALLOWED_PERCENT:
            break
    per_call = (best_traced - best_plain) / CALLS * 1e6
    version = ".".join(map(str, sys.version_info[:2]))
    print(
        f"\n{version}: {percent:.1f} % after {rounds} rounds, "
        f"{best_plain / CALLS * 1e6:.0f} us a call plain, {per_call:.1f} us added"
    )
    return percent


def test_tracer_performance_overhead() -> None:
    """Tracing a representative workload adds less than 5 %."""
    assert overhead_percent(plain_round, traced_round) < ALLOWED_PERCENT
