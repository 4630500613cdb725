"""Chooses the calls that a text shows: those nested too deep or inside collapsed ones are counted instead."""

from __future__ import annotations

__all__ = ["VisibleCalls", "hidden_text"]

from collections.abc import Iterator, Sequence

from snapy_instrument._words import count
from snapy_instrument.trace.nodes import CallNode, CallTree
from snapy_instrument.trace.selection import Selection


class VisibleCalls:
    """The calls of a tree that its text shows.

    Args:
        tree: All calls.
        max_depth: How many nested calls are shown, at least 1; None for no limit.
        collapse: Patterns of calls whose inner calls are hidden.

    Attributes:
        shown: The calls that are shown, each before those inside it.
    """

    def __init__(self, tree: CallTree, max_depth: int | None = None, collapse: Sequence[str] = ()) -> None:
        self._hidden: dict[int, int] = {}
        self._shown_in: dict[int, int] = {}
        self.shown = list(tree.walk()) if max_depth is None and not collapse else self._visit(tree, max_depth, collapse)

    @property
    def hides(self) -> bool:
        """Whether any calls are hidden."""
        return bool(self._hidden)

    def hidden(self, node: CallNode) -> int:
        """Return how many calls are hidden inside ``node``."""
        return self._hidden.get(id(node), 0)

    def inside(self, node: CallNode) -> Iterator[CallNode]:
        """Yield the calls that are hidden inside ``node``."""
        stack = [*node.children] if id(node) in self._hidden else []
        while stack:
            child = stack.pop()
            yield child
            stack.extend(child.children)

    def shown_in(self, call_id: int) -> int:
        """Return the identifier of the call that hides a call, for a visible one its own."""
        return self._shown_in.get(call_id, call_id)

    def _visit(self, tree: CallTree, max_depth: int | None, collapse: Sequence[str]) -> list[CallNode]:
        collapsed = Selection(collapse).has if collapse else _none
        shown: list[CallNode] = []
        stack = [(node, 1) for node in reversed([*tree.roots, *tree.detached])]
        while stack:
            node, depth = stack.pop()
            shown.append(node)
            if node.children and (depth == max_depth or collapsed(node)):
                self._hide(node)
            else:
                stack.extend((child, depth + 1) for child in reversed(node.children))
        return shown

    def _hide(self, node: CallNode) -> None:
        self._hidden[id(node)] = 0
        for hidden in self.inside(node):
            self._hidden[id(node)] += 1
            if hidden.call.call_id:
                self._shown_in[hidden.call.call_id] = node.call.call_id


def _none(node: CallNode) -> bool:
    return False


def hidden_text(hidden: int) -> str:
    """Return what follows the arguments of a call in which calls are hidden: ``[+3 calls]``."""
    return f"[+{count(hidden, 'call')}]"
