"""The calls of a trace as a list from which patterns choose."""

from __future__ import annotations

__all__ = ["Calls", "one_line"]

from collections.abc import Iterable
from typing import Any, Protocol

from snapy_instrument._words import count
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.selection import Patterns, Selection
from snapy_instrument.trace.text.layout import Layout

_MOST_SHOWN = 3


class HasLayout(Protocol):
    """Anything that has a text, such as a `Trace`."""

    @property
    def layout(self) -> Layout:
        """The text, with the decisions behind it."""


class Calls(list[CallEvent]):
    """Call events in the order of the tree. ``calls("shop.tax")`` returns those that a pattern chooses.

    Args:
        nodes: The calls.
        source: Formats them, for the repr.

    Attributes:
        nodes: The same calls with their ends and the calls inside them.
    """

    def __init__(self, nodes: Iterable[CallNode], source: HasLayout) -> None:
        self.nodes = list(nodes)
        self._source = source
        super().__init__([node.call for node in self.nodes])

    def __call__(self, patterns: Patterns) -> Calls:
        """Return the calls with these full names: ``"shop.tax"``, ``["shop.*", "!shop.email.*"]``, ``"re:…"``.

        Raises:
            ValueError: A pattern is malformed.
        """
        selection = Selection(patterns)
        return Calls(filter(selection.has, self.nodes), self._source)

    @property
    def results(self) -> list[Any]:
        """The captured result of each; None where it was left by an exception or did not end."""
        return [None if node.returned is None else node.returned.return_value for node in self.nodes]

    def __repr__(self) -> str:
        first = "; ".join([one_line(self._source.layout, node) for node in self.nodes[:_MOST_SHOWN]])
        return f"<{count(len(self), 'call')}{': ' * bool(first)}{first}{'; ...' * (len(self) > _MOST_SHOWN)}>"


def one_line(layout: Layout, node: CallNode) -> str:
    """Return a call as the text shows it, on one line with its outcome."""
    return layout.values.finish(f"{layout.lines.head(node)} {layout.lines.outcome(node)}").rstrip()
