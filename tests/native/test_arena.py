"""The memory of records: blocks, which are parts of slabs in long recordings."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CALLS = 20_000
PROGRAM = f"""
import sys
from snapy_instrument import FunctionTracer, traced

@traced
def called(n):
    return n

def blocks():
    with FunctionTracer(backend="proxy") as tracer:
        called(7)
        before = sys.getallocatedblocks()
        for n in range({CALLS}):
            called(7)
        held = sys.getallocatedblocks() - before
    return held

blocks()
before = sys.getallocatedblocks()
print(blocks(), sys.getallocatedblocks() - before)
"""


@pytest.mark.parametrize("allocator", [None, "pymalloc", "malloc"])
def test_records_are_no_objects(allocator: str | None) -> None:
    """A call is no block of Python's allocator, and none stays, whichever allocator Python is asked for."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONMALLOC"} | {
        "SNAPY_PURE_PYTHON": "0"
    }
    if allocator is not None:
        environment["PYTHONMALLOC"] = allocator
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment)
    held, left = map(int, done.stdout.split())
    assert held < CALLS / 1000
    assert left < CALLS / 100  # what first recordings leave in caches


MEMORY = '''
import resource
import sys
from snapy_instrument import FunctionTracer, StreamingTracer, TraceProcessor, traced

def most():
    """MiB that were in memory at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)

@traced
def called(n):
    return n

@traced
def sleeps():
    yield

class Forgetting(TraceProcessor):
    def process_batch(self, events):
        list(events)

def open_calls(rounds):
    tracer = StreamingTracer(1000, backend="proxy")
    tracer.trace_processor = Forgetting()
    held = []
    with tracer:
        for _ in range(rounds):
            held.append(sleeps())
            next(held[-1])
            for n in range(30_000):
                called(7)
        return most(), held

def traces(rounds):
    held = []
    for _ in range(rounds):
        with FunctionTracer(backend="proxy") as small:
            called(7)
        held.append(small)
        with FunctionTracer(backend="proxy"):
            for n in range(30_000):
                called(7)
    return most(), held

traces(1)
before = most()
print({program}(10)[0] - before)
'''


@pytest.mark.parametrize("program", ["open_calls", "traces"])
def test_a_record_that_stays_keeps_no_slab(program: str) -> None:
    """Calls that stay open while others are forgotten, and small traces kept beside large ones, hold a few KiB each."""
    source = MEMORY.replace("{program}", program)
    environment = {**os.environ, "SNAPY_PURE_PYTHON": "0"}
    environment.pop("PYTHONMALLOC", None)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, env=environment)
    assert int(done.stdout) < 10
