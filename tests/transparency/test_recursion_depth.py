"""Recursion through proxies goes as deep as the C stack allows, and ends with RecursionError, never with a crash."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument._twins import IMPLEMENTATION

# A pure proxy is a frame and a C call at each level, which the interpreter itself counts.
pytestmark = pytest.mark.skipif(
    IMPLEMENTATION == "pure" or sys.version_info >= (3, 14),
    reason="native calls take C stack that is ours, and from 3.14 on the interpreter itself watches the stack",
)

LIMIT = 30_000


@traced
def descend(depth: int) -> int:
    """Return the depth at which Python refuses to go deeper, after some work in C functions there."""
    try:
        return descend(depth + 1)
    except RecursionError:
        return depth if sorted([2, 1], key=same) == [1, 2] and repr([[[]]]) and eval("1 + 2") == 3 else -1


@traced
def same(value: int) -> int:
    """Return the value."""
    return value


def _deepest(stack_size: int, record: bool) -> int:
    found: list[int] = []

    def run() -> None:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(LIMIT)
        try:
            if record:
                with FunctionTracer([__name__], backend="proxy", max_events=100):
                    found.append(descend(0))
            else:
                found.append(descend(0))
        finally:
            sys.setrecursionlimit(before)

    old = threading.stack_size(stack_size)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(old)
    return found[0]


@pytest.mark.parametrize("record", [False, True])
def test_a_large_stack_is_used_to_the_limit(record: bool) -> None:
    """With a stack of 256 MiB, the recursion limit alone ends it."""
    assert _deepest(256 << 20, record) > LIMIT * 0.9


@pytest.mark.parametrize("record", [False, True])
@pytest.mark.parametrize("size", [128 << 10, 256 << 10, 1 << 20])
def test_a_small_stack_is_not_overrun(size: int, record: bool) -> None:
    """The call ends with RecursionError while there is stack left for the program's handler."""
    assert _deepest(size, record) > 30


def test_a_thread_goes_on_after_the_end_of_its_stack() -> None:
    """What was lent for the calls is given back: a second recursion goes as deep."""
    found: Any = [_deepest(1 << 20, False) for _ in range(2)]
    assert abs(found[0] - found[1]) < 50
