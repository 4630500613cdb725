"""The memory of records: slabs, or Python's allocator where another one than the default is asked for."""

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

tracer = FunctionTracer(backend="proxy")
before = sys.getallocatedblocks()
with tracer:
    for n in range({CALLS}):
        called(7)
held = sys.getallocatedblocks() - before
del tracer
print(held, sys.getallocatedblocks() - before)
"""


@pytest.mark.parametrize(("allocator", "blocks"), [(None, 0), ("pymalloc", 2 * CALLS)])
def test_records_are_blocks_where_an_allocator_is_asked_for(allocator: str | None, blocks: int) -> None:
    """Then tools that watch the allocator see each of them; by default they are none, and in neither way they stay."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONMALLOC"} | {
        "SNAPY_PURE_PYTHON": "0"
    }
    if allocator is not None:
        environment["PYTHONMALLOC"] = allocator
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment)
    held, left = map(int, done.stdout.split())
    assert abs(held - blocks) < CALLS / 10  # and what a first recording leaves in caches
    assert left < CALLS / 10
