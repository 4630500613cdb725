"""Formats a trace after syrupy matchers and filters have been applied to its values."""

from __future__ import annotations

__all__ = ["matched_text"]

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from typing import Any

from snapy_instrument._gc_pause import uncollected
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.call_index import CallIndex
from snapy_instrument.trace.nodes import CallNode, CallTree
from snapy_instrument.trace.text.call_lines import CallLines
from snapy_instrument.trace.text.layout import compose
from snapy_instrument.trace.text.levels import Level, level_of
from snapy_instrument.trace.text.matchers import RAISES, RETURN, YIELDS, Revision
from snapy_instrument.trace.text.scrubbed_text import value_text
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.text.value_text import ValueText, clean
from snapy_instrument.trace.text.visible_calls import VisibleCalls
from snapy_instrument.values import Mark, Struct


@uncollected()
def matched_text(tree: CallTree, options: TextOptions, revision: Revision) -> str:
    """Return the text of ``tree`` after ``revision`` replaced and left out values and calls."""
    parents: dict[int, int] = {}
    kept = _kept_calls(tree, revision, parents) if revision.drops_calls else tree.index
    visible = VisibleCalls(kept, options.max_depth, options.collapse)

    def shown_in(call_id: int) -> int:
        return visible.shown_in(parents.get(call_id, call_id))

    lines = _MatchedLines(revision, tree.by_id, level_of(options.detail), value_text(options), shown_in)
    return compose(kept, visible, _NodeLines(tree.nodes, lines)).text


class _NodeLines:
    """The lines of calls, each formatted on its own: matchers may replace each value in another way."""

    def __init__(self, nodes: Sequence[CallNode], lines: CallLines) -> None:
        self.lines = lines
        self._nodes = nodes

    def texts(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        """Yield head and outcome of each call, drafted."""
        for number in numbers:
            yield self.lines.head(self._nodes[number]), self.lines.outcome(self._nodes[number])

    def label(self, number: int, parent: int | None) -> str:
        """Return the label in front of what is inside a call, or nothing."""
        return self.lines.label(self._nodes[number], None if parent is None else self._nodes[parent])


class _MatchedLines(CallLines):
    """The lines of calls whose values syrupy's matchers and filters have seen first."""

    def __init__(
        self,
        revision: Revision,
        known: Container[int | None],
        level: Level,
        values: ValueText,
        shown_in: Callable[[int], int],
    ) -> None:
        super().__init__(known, level, values, shown_in)
        self._revision = revision

    def arguments(self, node: CallNode) -> list[tuple[str, Any]]:
        call, revision = clean(node.name), self._revision
        kept = [(name, value) for name, value in super().arguments(node) if revision.has(call, name)]
        return [(name, revision.value(call, name, value)) for name, value in kept]

    def outcome(self, node: CallNode) -> str:
        call, event = clean(node.name), node.returned
        if not self._revision.has(call, _end_of(node)):
            return ""
        if self.shows_values and event is not None and event.finished and not node.left_by_exception:
            node = _with_ends(node, self._revised(call, RETURN, event), node.raised)
        return super().outcome(node)

    def exception(self, node: CallNode) -> str:
        event = node.raised or node.returned
        if self.shows_values and event is not None and isinstance(event.return_value, Struct):
            value = self._revision.value(clean(node.name), RAISES, event.return_value)
            # `CallLines.exception` formats dead descriptions only; a matcher may return anything.
            dead = value if isinstance(value, Struct | Mark) else Mark(repr(value))
            node = _with_ends(node, node.returned, replace(event, return_value=dead))
        return super().exception(node)

    def inner(self, event: CallEvent) -> str:
        call, revision = clean(event.name), self._revision
        if event.event_type == EventType.YIELD:
            return super().inner(self._revised(call, YIELDS, event)) if revision.has(call, YIELDS) else ""
        if event.event_type == EventType.LINE:
            changes = {name: value for name, value in (event.args or {}).items() if revision.has(call, name)}
            changes = {name: revision.value(call, name, value) for name, value in changes.items()}
            return super().inner(replace(event, args=changes))
        return super().inner(event)

    def _revised(self, call: str, prop: str, event: CallEvent) -> CallEvent:
        value = self._revision.value(call, prop, event.return_value)
        return event if value is event.return_value else replace(event, return_value=value)


def _end_of(node: CallNode) -> str:
    return RAISES if node.left_by_exception else RETURN


def _with_ends(node: CallNode, returned: CallEvent | None, raised: CallEvent | None) -> CallNode:
    copy = CallNode(node.call, node.order, node.number)
    copy.returned, copy.raised = returned, raised
    return copy


def _kept_calls(tree: CallTree, revision: Revision, parents: dict[int, int]) -> CallIndex:
    """Return the calls without those that are left out; calls that these made take their place.

    ``parents`` receives, for each call left out, the call that now holds what was inside it, both by identifier.
    """
    roots: list[int] = []
    detached: list[int] = []
    children: list[list[int]] = [[] for _ in tree.nodes]
    for nodes, kept in ((tree.roots, roots), (tree.detached, detached)):
        stack: list[tuple[CallNode, CallNode | None]] = [(node, None) for node in reversed(nodes)]
        while stack:
            node, parent = stack.pop()
            if revision.has_call(clean(node.name), (*node.args, _end_of(node))):
                (kept if parent is None else children[parent.number]).append(node.number)
                parent = node
            elif parent is not None:
                parents[node.call.call_id] = parent.call.call_id
            stack.extend((child, parent) for child in reversed(node.children))
    return tree.index.regrouped(roots, detached, children)
