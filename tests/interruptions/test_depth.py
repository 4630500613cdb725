"""The end of the stack, met anywhere inside a recorded call."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced

WAYS: list[Any] = ["proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]


def leaf(number: int, *rest: object, key: str = "key") -> list[object]:
    """What is recorded."""
    return [number, key, rest]


def at_depth(depth: int, call: Callable[[], Any]) -> Any:
    """The result of ``call``, that many frames further down."""
    return call() if depth <= 0 else at_depth(depth - 1, call)


def room(call: Callable[[], Any]) -> int:
    """How far down ``call`` still works."""
    depth = sys.getrecursionlimit()
    while True:
        try:
            at_depth(depth, call)
        except RecursionError:
            depth -= 1
        else:
            return depth


@pytest.mark.parametrize("way", WAYS)
def test_near_the_recursion_limit(way: Any) -> None:
    """A call gives its result or a RecursionError, never another; what is recorded is whole, and goes on at depth 0."""
    recorded: Any = traced(leaf) if way == "proxy" else leaf
    deepest = room(lambda: leaf(1, 2, key="other"))
    for depth in range(deepest - 45, deepest + 2):
        tracer = FunctionTracer([__name__], exclude=["*at_depth", "*<lambda>", f"{__name__}.test_*"], backend=way)
        with tracer:
            try:
                assert at_depth(depth, lambda: recorded(1, 2, key="other")) == [1, "other", (2,)]
            except RecursionError:
                pass
        calls = [event for event in tracer.events if event.event_type == "call"]
        ends = Counter(event.call_id for event in tracer.events if event.event_type == "return")
        assert Counter(call.call_id for call in calls) == ends
        with tracer:
            recorded(3)
        last = [event for event in tracer.events if event.event_type == "call"][-1]
        assert (last.depth, last.parent_id, last.args["number"]) == (0, None, 3)
