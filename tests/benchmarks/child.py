"""``python -m tests.benchmarks.child WHAT ...``: measure one thing in a fresh process, print it as JSON."""

from __future__ import annotations

import json
import mmap
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module

from tests.benchmarks.contenders import CONTENDERS, load
from tests.benchmarks.workloads import WORKLOADS


@dataclass(frozen=True)
class Run:
    """One program run once under one contender.

    Attributes:
        seconds: Of the processor, all threads, from before tracing starts until it has stopped.
        elapsed: The same by the wall clock.
        checksum: What the program gave.
        records: Calls that the contender holds.
        implementation: "native" or "pure" for this project's own, "" for others.
    """

    seconds: float
    elapsed: float
    checksum: int
    records: int
    implementation: str = ""


def implementation() -> str:
    """Which of our twins was loaded."""
    return str(getattr(import_module("snapy_instrument"), "IMPLEMENTATION", "pure"))


def touch(size: int = 256 << 20) -> None:
    """Touch that many bytes and give them back: a virtual machine may bill the first touch to whoever comes first."""
    bytearray(size)[:: mmap.PAGESIZE] = bytes(size // mmap.PAGESIZE)


def run(workload: str, contender: str, scale: float) -> Run:
    """Run the program once."""
    spec, program = CONTENDERS[contender], WORKLOADS[workload]
    tracer = load(spec)
    tracer.prepare(program.patterns)
    module = import_module(program.module)
    work = module.prepare(scale)
    touch()
    started, elapsed = time.process_time(), time.perf_counter()
    tracer.start()
    checksum = module.run(work)
    tracer.stop()
    seconds, elapsed = time.process_time() - started, time.perf_counter() - elapsed
    return Run(seconds, elapsed, checksum, tracer.records(), implementation() if spec.ours else "")


def main() -> None:
    """WORKLOAD CONTENDER SCALE."""
    workload, contender, scale = sys.argv[1:]
    print(json.dumps(asdict(run(workload, contender, float(scale)))))


if __name__ == "__main__":
    main()
