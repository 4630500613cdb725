"""Records many calls and prints by how much memory grew: ``python -m tests.lifetime.leaks WAY KIND ROUNDS``.

Kinds: "blocks" enters one tracer after another, "streaming" one tracer whose buffer is processed again and again.
Prints the number of calls, the growth in allocated blocks, and the growth of the resident set in KiB.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable, Iterable
from typing import Any

from snapy_instrument import CallEvent, FunctionTracer, StreamingTracer, TraceProcessor, install_hook
from snapy_instrument.recording.measures import process_memory

MODULE = "tests.lifetime.workload"
WARM_UP = 60
"""Rounds until the tables of what was met lately are full."""


class Forgetting(TraceProcessor):
    """Counts calls and keeps nothing."""

    calls = 0

    def process_batch(self, events: Iterable[CallEvent]) -> None:
        """Count the calls of a full buffer."""
        Forgetting.calls += sum(event.event_type == "call" for event in events)


def resident() -> int:
    """KiB of the process that are in memory; the most there ever were, where /proc is not mounted."""
    return process_memory() // 1024


def blocks(backend: Any, run: Callable[[], object], *, read: bool) -> Callable[[], object]:
    """One round: a tracer of its own, read or not and cleaned up."""

    def one_round() -> None:
        tracer = FunctionTracer([MODULE], backend=backend)
        with tracer:
            run()
        Forgetting.calls += len(tracer.trace) if read else 0
        tracer.cleanup()

    return one_round


def grown(one_round: Callable[[], object], rounds: int) -> tuple[int, int, int]:
    """Calls recorded, blocks and KiB that stayed; of two measurements the smaller, for caches fill up once."""
    for _ in range(WARM_UP):
        one_round()
    lows = [lowest(one_round, rounds // 2)]
    start = Forgetting.calls
    lows += [lowest(one_round, rounds // 2) for _ in range(2)]
    blocks, kib = (min(two - one, three - two) for one, two, three in zip(*lows, strict=True))
    return Forgetting.calls - start, 2 * blocks, 2 * kib


def lowest(one_round: Callable[[], object], rounds: int) -> tuple[int, int]:
    """Return the lowest state in some rounds: tables of what was met lately fill up and are emptied every 16 rounds."""
    step = max(1, rounds // 20)
    seen = []
    for number in range(rounds):
        one_round()
        if number % step == 0:
            seen.append(state())
    blocks, kib = map(min, zip(*seen, strict=True))
    return blocks, kib


def state() -> tuple[int, int]:
    """Allocated blocks and resident KiB now."""
    gc.collect()
    return sys.getallocatedblocks(), resident()


def main(way: str, kind: str, program: str, rounds: int) -> None:
    """Measure and print."""
    backend: Any
    backend, _, hook = way.partition("+")
    if backend == "proxy" or hook:
        install_hook([MODULE])
    run: Any = getattr(importlib.import_module(MODULE), program)
    if kind == "blocks":
        print(*grown(blocks(backend, run, read=program != "many"), rounds))
        return
    tracer = StreamingTracer(20, filter_modules=[MODULE], backend=backend)
    tracer.trace_processor = Forgetting()
    with tracer:
        print(*grown(run, rounds))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
