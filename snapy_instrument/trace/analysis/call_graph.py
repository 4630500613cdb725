"""The call graph: which function called which, and how often."""

from __future__ import annotations

__all__ = ["build_call_graph"]

from collections import Counter

from snapy_instrument.trace.tree import CallTree, Events, tree_of


def build_call_graph(source: Events | CallTree) -> dict[str, dict[str, int]]:
    """Return, for each function by full name, the functions it called and how often; all names sorted.

    Every function of the trace is a key.
    """
    graph: dict[str, Counter[str]] = {}
    for node in tree_of(source).walk():
        callees = graph.setdefault(node.name, Counter())
        callees.update(child.name for child in node.children)
    return {caller: dict(sorted(callees.items())) for caller, callees in sorted(graph.items())}
