"""The lines of single calls."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.text.call_lines import CallLines, marker_line
from snapy_instrument.trace.text.levels import level_of
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.trace.tree import CallTree, build_tree
from tests.trace.builders import Inner, Spec, call, event, events, marker, receives, sets, yields

SPEC = call("m.A.f", self=1, x=2, y=3).with_defaults("y")


def lines(spec: Spec, level: str) -> tuple[CallLines, CallNode, CallTree]:
    """The formatter of the calls of a tree, and its first call."""
    tree = build_tree(events(spec))
    return CallLines(tree.by_id, level_of(level), ValueText()), tree.roots[0], tree


@pytest.mark.parametrize(
    ("level", "expected"), [("minimal", "m.A.f"), ("standard", "m.A.f(x=2)"), ("verbose", "m.A.f(self=1, x=2, y=3)")]
)
def test_the_head_of_a_call(level: str, expected: str) -> None:
    """Arguments from standard on, self and defaults at verbose."""
    formatter, node, _ = lines(SPEC, level)
    assert formatter.head(node) == expected


@pytest.mark.parametrize(
    ("spec", "level", "expected"),
    [
        (call("m.f").returns(3), "minimal", ""),
        (call("m.f").returns(3), "standard", "-> 3"),
        (call("m.f"), "standard", ""),
        (call("m.f"), "verbose", "-> None"),
        (call("m.f").unfinished(), "standard", "-> <unfinished>"),
        (call("m.f").raises("ValueError", "x"), "minimal", "raises ValueError"),
        (call("m.f").raises("ValueError", "x"), "standard", "raises ValueError('x')"),
    ],
)
def test_the_outcome_of_a_call(spec: Spec, level: str, expected: str) -> None:
    """None is left out below verbose; exceptions are shown at every level."""
    formatter, node, _ = lines(spec, level)
    assert formatter.outcome(node) == expected


def test_an_exception_that_passes_up_is_shown_by_its_type() -> None:
    """Its message is where it was raised."""
    formatter, node, _ = lines(call("m.f")(call("m.g").raises("ValueError", "x")).passes_up(), "standard")
    assert [formatter.exception(each) for each in (node, node.children[0])] == ["^ValueError", "ValueError('x')"]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [(yields(1), "yields 1"), (receives(1), ""), (sets(a=1, b="x"), "sets a=1, b='x'"), (marker("slow"), "[slow]")],
)
def test_events_inside_a_call_at_verbose(inner: Inner, expected: str) -> None:
    """What a generator receives is left out: only a proxy sees it."""
    formatter, node, _ = lines(call("m.f")(inner), "verbose")
    assert formatter.inner(node.inner[0][1]) == expected


def test_a_marker_is_a_line_of_its_own() -> None:
    """In square brackets."""
    assert marker_line(event("marker", "recording stopped"), ValueText()) == "[recording stopped]"


def test_a_call_that_begins_a_task_has_its_label() -> None:
    """Calls inside the same task have none."""
    formatter, node, _ = lines(call("m.f")(call("m.g").in_task("load")(call("m.h"))), "verbose")
    child = node.children[0]
    assert [formatter.label(child, node), formatter.label(child.children[0], child)] == ["[task load]", ""]
