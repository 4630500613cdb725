"""Recursion through proxies goes as deep as the C stack allows, and ends with RecursionError, never with a crash.

Natively our own check ends it, with enough left of the stack for the program's handler, whichever Python runs. The
pure proxy is a frame and a C call a level, and the interpreter alone ends it: 3.11 to 3.13 count calls and do not look
at the stack, so that recursion through C code can crash there, ours as any other; 3.14 looks at the stack.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument._twins import IMPLEMENTATION

LIMIT = 30_000
LARGE = 256 << 20
# Python 3.14 takes no smaller one: twice what it keeps free itself.
SMALLEST = (64 if sys.version_info >= (3, 14) else 32) << 10
WATCHED = sys.version_info >= (3, 14)

native = pytest.mark.skipif(IMPLEMENTATION == "pure", reason="the pure proxy does not look at the C stack")
pure = pytest.mark.skipif(IMPLEMENTATION == "native", reason="the native proxy has no frame and looks at the C stack")

# One level of the pure proxy: its frame, the function's, and the C call in between. 3.11 counts all three against the
# recursion limit; 3.12 and 3.13 count the C calls, three a level, against a limit of 1,500 and 10,000 that nothing
# changes; 3.14 counts the two frames.
PURE_DEPTH = {(3, 11): LIMIT / 3, (3, 12): 1_500 / 3, (3, 13): 10_000 / 3}.get(sys.version_info[:2], LIMIT / 2)


@traced
def descend(depth: int) -> int:
    """Return the depth at which Python refuses to go deeper."""
    try:
        return descend(depth + 1)
    except RecursionError:
        return depth


@traced
def descend_and_work(depth: int) -> int:
    """Return the depth at which Python refuses to go deeper, after some work in C functions there."""
    try:
        return descend_and_work(depth + 1)
    except RecursionError:
        return depth if sorted([2, 1], key=same) == [1, 2] and repr([[[]]]) and eval("1 + 2") == 3 else -1


@traced
def same(value: int) -> int:
    """Return the value."""
    return value


def _deepest(descend: Callable[[int], int], stack_size: int, record: bool) -> int:
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


@native
@pytest.mark.parametrize("record", [False, True])
def test_a_large_stack_is_used_to_the_limit(record: bool) -> None:
    """With a stack of 256 MiB, the recursion limit alone ends it."""
    assert _deepest(descend_and_work, LARGE, record) > LIMIT * 0.9


@native
@pytest.mark.parametrize("record", [False, True])
@pytest.mark.parametrize("size", [128 << 10, 256 << 10, 1 << 20])
def test_a_small_stack_is_not_overrun(size: int, record: bool) -> None:
    """The call ends with RecursionError while there is stack left for the program's handler."""
    assert _deepest(descend_and_work, size, record) > 30


@native
def test_a_hooked_function_runs_on_the_smallest_stack() -> None:
    """What is kept for the program's handlers leaves room for calls."""
    assert _deepest(descend, SMALLEST, False) > 10


@native
def test_a_thread_goes_on_after_the_end_of_its_stack() -> None:
    """What was lent for the calls is given back: a second recursion goes as deep."""
    found = [_deepest(descend_and_work, 1 << 20, False) for _ in range(2)]
    assert abs(found[0] - found[1]) < 50


@pure
@pytest.mark.parametrize("record", [False, True])
def test_a_large_stack_is_used_to_the_interpreters_limit(record: bool) -> None:
    """The pure proxy reaches a third of the limit on 3.11, half of it on 3.14, and what C calls may do in between."""
    assert 0.95 * PURE_DEPTH < _deepest(descend, LARGE, record) <= PURE_DEPTH


@pure
@pytest.mark.skipif(not WATCHED, reason="before 3.14 the interpreter itself crashes at the end of a small stack")
@pytest.mark.parametrize("record", [False, True])
@pytest.mark.parametrize("size", [128 << 10, 256 << 10, 1 << 20])
def test_the_interpreter_ends_a_small_stack(size: int, record: bool) -> None:
    """The pure proxy leaves the stack to it."""
    assert _deepest(descend, size, record) > 30
