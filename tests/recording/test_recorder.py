"""The recorder against random programs: the recorded tree is the executed tree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument import CallEvent, FunctionTracer, TraceValidator, traced

# A program is a tree of nodes: what to call, in which way, and how it ends.
Node = tuple[str, bool, list[Any]]
nodes: st.SearchStrategy[Any] = st.recursive(
    st.tuples(st.sampled_from(["plain", "method", "generator"]), st.booleans(), st.just([])),
    lambda children: st.tuples(
        st.sampled_from(["plain", "method", "generator"]), st.booleans(), st.lists(children, max_size=4)
    ),
    max_leaves=30,
)
BACKENDS: list[Any] = ["proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]


class Stop(Exception):
    """Raised by nodes that fail."""


def run_children(children: list[Node]) -> None:
    """Run nodes; their failures are caught here."""
    for child in children:
        try:
            run(child)
        except Stop:
            pass


def run(node: Node) -> None:
    """Run one node in its way."""
    kind = node[0]
    if kind == "plain":
        plain(node)
    elif kind == "method":
        Holder().method(node)
    else:
        list(generator(node))


@traced
def plain(node: Node) -> None:
    """A function."""
    run_children(node[2])
    if node[1]:
        raise Stop


class Holder:
    """Has a method."""

    @traced
    def method(self, node: Node) -> None:
        """A method."""
        run_children(node[2])
        if node[1]:
            raise Stop


@traced
def generator(node: Node) -> Iterator[int]:
    """A generator that suspends between its children."""
    for child in node[2]:
        run_children([child])
        yield 1
    if node[1]:
        raise Stop


def executed(nodes: list[Node]) -> list[Any]:
    """What the tree must be: name, failed, children."""
    return [(kind, fails, executed(children)) for kind, fails, children in nodes]


def recorded(events: list[CallEvent]) -> list[Any]:
    """The recorded tree in the same form."""
    made: dict[int | None, tuple[str, bool, list[Any]]] = {}
    failed = {event.call_id for event in events if event.event_type == "exception"}
    roots: list[Any] = []
    for event in events:
        if event.event_type == "call":
            node = (event.function_name, event.call_id in failed, list[Any]())
            made[event.call_id] = node
            (made[event.parent_id][2] if event.parent_id else roots).append(node)
    return roots


@pytest.mark.parametrize("backend", BACKENDS)
@settings(deadline=None, max_examples=60)
@given(program=st.lists(nodes, max_size=4))
def test_the_recorded_tree_is_the_executed_tree(backend: Any, program: list[Node]) -> None:
    """Any nesting of functions, methods and generators, failing or not, is recorded as it ran, and balances."""
    helpers = [f"!{__name__}:run", f"!{__name__}:run_children"]
    tracer = FunctionTracer([__name__, *helpers], backend=backend)
    with tracer:
        run_children(program)
    assert recorded(tracer.events) == executed(program)
    assert TraceValidator().problems(tracer.events) == []
