"""``python -m tests.benchmarks.tasks NAME``: other quantities, measured in a fresh process, printed as JSON."""

from __future__ import annotations

__all__ = ["TASKS", "Task"]

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FIB = "tests.benchmarks.workloads.fib"
ORDERS = "tests.benchmarks.workloads.orders"
RECORDED, READ = 1_000_000, 100_000
IDLE_CALLS, IDLE_ROUNDS = 200_000, 9


@dataclass(frozen=True)
class Task:
    """Something to measure.

    Attributes:
        about: What its quantities are.
        measure: Gives them by name, with the unit in the name.
        repeated: The best of several processes counts.
    """

    about: str
    measure: Callable[[], dict[str, float]]
    repeated: bool = True


def seconds_of(function: Callable[[], object]) -> float:
    """Of the processor."""
    started = time.process_time()
    function()
    return time.process_time() - started


def resident() -> int:
    """Bytes of memory that the process holds now."""
    from resource import getpagesize

    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * getpagesize()


def memory(backend: Any) -> dict[str, float]:
    """Growth while a million calls are recorded."""
    from snapy_instrument import FunctionTracer, install_hook

    if backend == "proxy":
        install_hook([FIB])
    from tests.benchmarks.workloads import fib

    repeats = 1 + RECORDED // fib.CALLS_PER_REPEAT
    fib.run(1)
    tracer = FunctionTracer([FIB], backend=backend)
    before = resident()
    with tracer:
        fib.run(repeats)
    grown = resident() - before
    way = "proxy" if backend == "proxy" else "frame"
    return {f"memory, {way} (bytes a call)": grown / (repeats * fib.CALLS_PER_REPEAT)}


def recorded_orders(rates: dict[str, float], changed: int | None = None) -> Any:
    """A tracer that holds 100,000 calls of the order system."""
    from snapy_instrument import FunctionTracer, install_hook

    with install_hook([ORDERS]):
        from tests.benchmarks.workloads import orders

        with FunctionTracer([ORDERS], backend="proxy") as tracer:
            orders.sell(range(1, 1 + READ // orders.CALLS_PER_ORDER), rates, changed)
    return tracer


def text() -> dict[str, float]:
    """From packed records to text."""
    tracer = recorded_orders({"standard": 0.19, "reduced": 0.07})
    return {"format 100,000 calls (s)": seconds_of(tracer.format_trace)}


def diff() -> dict[str, float]:
    """From the traces of two tracers to the report."""
    from snapy_instrument import diff_traces

    old, found = {"standard": 0.19, "reduced": 0.07}, {}
    changes: dict[str, tuple[dict[str, float], int | None]] = {
        "one change": (old, 1001),
        "almost all changed": ({"standard": 0.21, "reduced": 0.08}, None),
    }
    for name, (rates, changed) in changes.items():
        one, two = recorded_orders(old).trace, recorded_orders(rates, changed).trace
        found[f"diff 100,000 calls, {name} (s)"] = seconds_of(lambda one=one, two=two: str(diff_traces(one, two)))  # type: ignore[misc]
    return found


def imports() -> dict[str, float]:
    """Until a tracer can be made."""
    started = time.perf_counter()
    import snapy_instrument

    bare = time.perf_counter() - started
    names = [snapy_instrument.FunctionTracer, snapy_instrument.install_hook]
    whole = time.perf_counter() - started
    assert len(names) == 2
    return {"import snapy_instrument (ms)": bare * 1e3, "with FunctionTracer and install_hook (ms)": whole * 1e3}


def _calls(function: Callable[[int], int]) -> None:
    for _ in range(IDLE_CALLS):
        function(1)


def idle() -> dict[str, float]:
    """A call of a hooked function while nobody traces, less the same call unhooked."""
    from snapy_instrument import install_hook
    from tests.benchmarks.workloads import fib

    plain = fib.fib
    with install_hook([FIB]):
        hooked = fib.fib
        assert hooked is not plain
        pairs = [(seconds_of(lambda: _calls(plain)), seconds_of(lambda: _calls(hooked))) for _ in range(IDLE_ROUNDS)]
    best_plain, best_hooked = (min(column) for column in zip(*pairs, strict=True))
    return {"hooked call without a tracer, added (us)": (best_hooked - best_plain) / IDLE_CALLS * 1e6}


def _frame() -> str:
    return "monitoring" if sys.version_info >= (3, 12) else "settrace"


TASKS = {
    "memory": Task("memory of recorded calls", lambda: memory("proxy"), repeated=False),
    "memory-frame": Task("the same with a frame backend", lambda: memory(_frame()), repeated=False),
    "text": Task("formatting a trace", text),
    "diff": Task("comparing two traces", diff),
    "import": Task("import time", imports),
    "idle": Task("cost of a proxy while nobody traces", idle),
}


if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]].measure()))
