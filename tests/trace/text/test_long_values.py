"""Lines are bounded: long values are cut, and a change in what is cut shows in a digest."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument import FunctionTracer, diff_traces, traced
from snapy_instrument.trace.text.value_text import ROOM, ValueText
from snapy_instrument.values import Cut, Ref, Struct

WIDE: dict[str, Any] = {
    "a list": [f"item number {number}" for number in range(50)] * 4,
    "a dict": {f"key number {number}": [number] * 5 for number in range(50)},
    "a struct": Struct("Order", tuple((f"field{number}", "x" * 100) for number in range(30))),
    "nested lists": [[["lorem ipsum"] * 50] * 20] * 20,
    "a set": frozenset(f"item number {number}" for number in range(200)),
    "a text": "lorem ipsum " * 300,
    "bytes": b"lorem ipsum " * 300,
    "a cut list": Cut([f"item number {number}" for number in range(200)], 7, "items", "01234567"),
}


@pytest.mark.parametrize("value", WIDE.values(), ids=WIDE)
def test_a_long_value_is_cut(value: Any) -> None:
    """It fits, and says how much is hidden."""
    text = ValueText().fitted(value)
    assert ROOM // 2 < len(text) <= ROOM + 60
    assert "...<+" in text


@pytest.mark.parametrize("value", WIDE.values(), ids=WIDE)
def test_a_long_value_is_cut_equally(value: Any) -> None:
    """Cutting it again, by another formatter, gives the same text."""
    assert ValueText().fitted(value) == ValueText().fitted(value)


def test_a_short_value_is_whole() -> None:
    """Nothing changes for values that fit."""
    value = [1, {"a": Struct("Item", (("sku", "pen"),))}]
    assert ValueText().fitted(value) == ValueText().draft(value)


def test_numbers_of_objects_have_no_part_in_the_digest() -> None:
    """They depend on what else was recorded."""
    one, other = ([Ref("Order", serial + number) for number in range(300)] for serial in (1, 10**6))
    first, second = ValueText(), ValueText()
    assert first.finish(first.fitted(one)) == second.finish(second.fitted(other))


@traced
def keep(one: Any, other: Any) -> Any:
    """A call with long values."""
    return one


def test_the_line_of_a_call_is_bounded() -> None:
    """All arguments together, and the result."""
    with FunctionTracer([__name__]) as tracer:
        keep([["lorem ipsum"] * 40] * 40, {f"key{number}": "x" * 90 for number in range(40)})
    longest = max(map(len, str(tracer.trace).splitlines()))
    assert longest < 2 * ROOM + 200
    assert not diff_traces(tracer.trace, str(tracer.trace))


def test_a_change_in_what_is_cut_is_a_difference() -> None:
    """The digest shows it."""
    traces = []
    for last in ("x", "y"):
        with FunctionTracer([__name__]) as tracer:
            keep([f"item number {number}" for number in range(49)] * 1 + ["z" * 300, "z" * 300, last], 1)
        traces.append(tracer.trace)
    assert str(traces[0]) != str(traces[1])
    assert diff_traces(*traces)
