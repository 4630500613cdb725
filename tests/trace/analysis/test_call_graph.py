"""The call graph."""

from __future__ import annotations

from snapy_instrument.trace.analysis.call_graph import build_call_graph
from snapy_instrument.trace.tree import build_tree
from tests.trace.builders import call, detached, event, events


def test_callers_have_their_callees_with_the_number_of_calls() -> None:
    """Each function has what it called and how often; every function is a key."""
    found = events(call("m.f")(call("m.g"), call("m.g")(call("m.h")), call("n.a")))
    assert build_call_graph(found) == {"m.f": {"m.g": 2, "n.a": 1}, "m.g": {"m.h": 1}, "m.h": {}, "n.a": {}}


def test_names_are_sorted() -> None:
    """Callers and callees are sorted, whatever the order of calls."""
    graph = build_call_graph(events(call("m.z")(call("m.y"), call("m.b")), call("m.a")))
    assert (list(graph), list(graph["m.z"])) == (["m.a", "m.b", "m.y", "m.z"], ["m.b", "m.y"])


def test_recursion_is_an_edge_to_itself() -> None:
    """A function that calls itself is its own callee."""
    assert build_call_graph(events(call("m.f")(call("m.f")))) == {"m.f": {"m.f": 1}}


def test_other_threads_are_in_the_graph() -> None:
    """Detached calls are counted like others."""
    assert build_call_graph(events(detached("t", call("m.f")(call("m.g"))))) == {"m.f": {"m.g": 1}, "m.g": {}}


def test_events_without_identifiers() -> None:
    """Hand-made events are nested by a stack."""
    found = [event("call", "a"), event("call", "b"), event("return", "b"), event("return", "a")]
    assert build_call_graph(found) == {"a": {"b": 1}, "b": {}}


def test_tree_may_be_given() -> None:
    """A tree that was built already has the same graph."""
    found = events(call("m.f")(call("m.g")))
    assert build_call_graph(build_tree(found)) == build_call_graph(found)


def test_nothing_has_an_empty_graph() -> None:
    """Without calls there is no key."""
    assert build_call_graph([]) == {}
