"""Steps of hooked generators leave `sys.settrace` alone, and deep recursion beside them ends as without us."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from snapy_instrument import IMPLEMENTATION, FunctionTracer, traced
from snapy_instrument._python import monitoring


@traced
def numbers() -> Iterator[int]:
    """Gives one number."""
    yield 1


def down(depth: int) -> int:
    """Calls itself ``depth`` times."""
    return depth if depth == 0 else down(depth - 1)


def test_proxies_alone_leave_the_trace_function_alone() -> None:
    """Only the pure twin on Python 3.11 needs it for steps; afterwards it is given back."""
    before = sys.gettrace()
    with FunctionTracer([__name__], backend="proxy") as tracer:
        assert list(numbers()) == [1]
        taken = sys.gettrace() is not before
    assert taken == (monitoring is None and IMPLEMENTATION == "pure")
    assert sys.gettrace() is before
    assert [event.event_type for event in tracer.events] == ["call", "return"]


def test_deep_recursion_beside_a_recorded_generator() -> None:
    """A program that raises the limit gets as deep as without us."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(60_000)
    try:
        with FunctionTracer([f"{__name__}:numbers"], backend="proxy"):
            made = numbers()
            next(made)
            assert down(15_000) == 0
    finally:
        sys.setrecursionlimit(limit)
