"""``python -m tests.benchmarks.guard``: what recording costs, as multiples of what a recorder by hand costs.

All are measured in turns in one process, so the speed of the machine and other work on it cancel out.
"""

from __future__ import annotations

__all__ = ["bounds_of", "exceeded", "measured"]

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.benchmarks.contenders.by_hand import Recorder
from tests.benchmarks.workloads import WORKLOADS

PROGRAMS: dict[str, Callable[[Any], object]] = {
    "fib": lambda module: module.fib(18),
    "orders": lambda module: module.sell(range(250), module.RATES),
}
"""Some 6,000 calls each, so that entering a tracer hardly counts, given the program's module."""
WAYS = ("proxy", "frame", "both")
"""Proxies alone, frames alone, and what a tracer does by default where a hook is installed."""
FEWEST_ROUNDS, MOST_ROUNDS = 7, 60
# Some 2.5 to 3 times what a quiet machine measures on Python 3.11, 3.12, and 3.13 and later: with neighbours on its
# caches the ratios double. A per-call cost that triples is noticed. When a change makes calls cheaper, change them.
BOUNDS = {
    "native": {
        "fib, proxy": (0.36, 0.36, 0.45),
        "fib, frame": (0.75, 0.65, 0.80),
        "fib, both": (0.80, 0.70, 0.90),
        "orders, proxy": (0.60, 0.70, 0.80),
        "orders, frame": (0.95, 0.90, 1.0),
        "orders, both": (1.0, 0.95, 1.1),
    },
    "pure": {
        "fib, proxy": (3.0, 3.0, 3.8),
        "fib, frame": (4.2, 4.2, 5.5),
        "fib, both": (17.0, 6.5, 8.0),
        "orders, proxy": (4.0, 4.2, 5.8),
        "orders, frame": (5.0, 5.0, 6.0),
        "orders, both": (18.0, 6.5, 9.0),
    },
}


def bounds_of(implementation: str) -> dict[str, float]:
    """Those of the Python that runs."""
    column = min(sys.version_info[1] - 11, 2)
    return {name: bounds[column] for name, bounds in BOUNDS[implementation].items()}


def seconds_of(function: Callable[[], object]) -> float:
    """Of the processor."""
    started = time.process_time()
    function()
    return time.process_time() - started


def by_hand(module: str, function: Callable[[], object]) -> None:
    """Run it under a trace function of 15 lines."""
    sys.settrace(Recorder({module}))
    try:
        function()
    finally:
        sys.settrace(None)


def ours(module: str, backend: Any, function: Callable[[], object]) -> None:
    """Run it under a tracer."""
    from snapy_instrument import FunctionTracer

    with FunctionTracer([module], backend=backend):
        function()


class Turns:
    """One program measured untraced, by hand and in our ways, again and again.

    Args:
        name: Of the workload.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.module = WORKLOADS[name].module
        self.best: dict[str, float] = {}

    def turn(self) -> None:
        """Once each; the fastest counts."""
        from snapy_instrument import install_hook

        program: Any = import_module(self.module)
        frame = "monitoring" if sys.version_info >= (3, 12) else "settrace"

        def run() -> None:
            PROGRAMS[self.name](program)

        self._keep("untraced", run)
        self._keep("by hand", lambda: by_hand(self.module, run))
        self._keep("frame", lambda: ours(self.module, frame, run))
        with install_hook([self.module]):
            self._keep("proxy", lambda: ours(self.module, "proxy", run))
            self._keep("both", lambda: ours(self.module, "auto", run))

    def ratios(self) -> dict[str, float]:
        """What each of ours adds over what the one by hand adds."""
        added = {way: seconds - self.best["untraced"] for way, seconds in self.best.items()}
        return {f"{self.name}, {way}": added[way] / added["by hand"] for way in WAYS}

    def _keep(self, way: str, function: Callable[[], object]) -> None:
        self.best[way] = min(seconds_of(function), self.best.get(way, float("inf")))


def exceeded(ratios: dict[str, float], bounds: dict[str, float]) -> dict[str, str]:
    """The ratios above their bounds, with both."""
    return {name: f"{ratio:.2f} > {bounds[name]}" for name, ratio in ratios.items() if ratio > bounds[name]}


def measured(bounds: dict[str, float]) -> dict[str, float]:
    """All ratios; more rounds while one is above its bound."""
    programs = [Turns(name) for name in PROGRAMS]
    ratios: dict[str, float] = {}
    for rounds in range(1, MOST_ROUNDS + 1):
        for program in programs:
            program.turn()
            ratios.update(program.ratios())
        if rounds >= FEWEST_ROUNDS and not exceeded(ratios, bounds):
            break
    return ratios


def main() -> None:
    """Print implementation and ratios as JSON."""
    implementation = getattr(import_module("snapy_instrument"), "IMPLEMENTATION", "pure")
    print(json.dumps({"implementation": implementation, "ratios": measured(bounds_of(implementation))}))


if __name__ == "__main__":
    main()
