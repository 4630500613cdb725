"""Bounded texts with marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.trace.assertions.excerpt import marked_lines
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Mark
from tests.trace.builders import Spec, call, detached, events


def shown(trace: Trace, pattern: str, most: int = 40) -> list[str]:
    """The lines with the calls of ``pattern`` marked."""
    return marked_lines(trace.layout, trace.calls(pattern).nodes, most)


def test_lines_of_the_calls_are_marked() -> None:
    """All other lines are as in the text, two characters further in."""
    trace = Trace(events(call("m.f", x=1)(call("m.g").returns(1)).returns(2), detached("t", call("m.g").returns(1))))
    assert shown(trace, "m.g") == [
        "  trace v1 standard",
        "  m.f(x=1)",
        ">   m.g() -> 1",
        "    -> 2",
        "  [other threads, order not significant]",
        ">   m.g() -> 1",
    ]


def test_one_line_for_several_calls_is_marked() -> None:
    """A folded line belongs to all its calls, as do the lines inside it."""
    trace = Trace(events(*[call("m.f")(call("m.g")) for _ in range(3)]))
    assert shown(trace, "m.g") == ["  trace v1 standard", "  m.f() [x3]", ">   m.g()"]


def test_of_a_long_text_the_marked_lines_are_shown() -> None:
    """With their callers, the lines around them, and two of each kind."""
    inside = [call("m.step", n=n) for n in range(300)]
    trace = Trace(events(call("m.f")(*inside[:200], call("m.tax"), *inside[200:]), call("m.end")))
    assert shown(trace, "m.tax", 10) == [
        "  trace v1 standard",
        "  m.f()",
        "    m.step(n=0)",
        "    m.step(n=1)",
        "  ... 197 lines",
        "    m.step(n=199)",
        ">   m.tax()",
        "    m.step(n=200)",
        "  ... 99 lines",
        "  m.end()",
    ]


def test_of_many_marked_lines_the_first_and_last_are_shown() -> None:
    """Ten of the first, two of the last."""
    lines = shown(Trace(events(*[call("m.step", n=n) for n in range(300)])), "m.step", 13)
    assert lines == [
        "  trace v1 standard",
        *[f"> m.step(n={n})" for n in range(10)],
        "  ... 288 lines",
        "> m.step(n=298)",
        "> m.step(n=299)",
    ]


def test_long_lines_are_cut() -> None:
    """A line has at most 162 characters."""
    lines = shown(Trace(events(call("m.f", x="a" * 1000))), "m.f")
    assert [len(line) for line in lines] == [19, 162]
    assert lines[1].endswith("aaa...")


@pytest.mark.parametrize("text", ["x)\n", "(", ") -> 1 ("])
def test_calls_are_marked_in_a_text_that_cannot_be_parsed(text: str) -> None:
    """A registered capture function may write brackets that do not match."""
    trace = Trace(events(call("m.f", x=Mark(text))(call("m.g"))))
    lines = shown(trace, "m.g")
    assert [line[2:] for line in lines] == str(trace).split("\n")
    assert [line[0] for line in lines] == [" ", " ", ">"]


SPECS = st.recursive(
    st.builds(lambda name, x: call(f"m.{name}", x=x), st.sampled_from("fg"), st.integers(0, 1)),
    lambda inside: st.builds(lambda spec, calls: spec(*calls), inside, st.lists(inside, max_size=4)),
    max_leaves=30,
)


@given(SPECS, st.integers(15, 40))
def test_every_call_is_marked_in_place(spec: Spec, most: int) -> None:
    """The marked lines are those that name the function, and the number of lines is bounded."""
    trace = Trace(events(spec))
    lines = shown(trace, "m.f", most)
    shown_lines = [line for line in lines if "..." not in line]
    assert len(shown_lines) <= most
    assert all(line.startswith(">") == line[2:].lstrip().startswith("m.f(") for line in shown_lines)
