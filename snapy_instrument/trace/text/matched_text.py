"""The text of a trace of which values were replaced or left out."""

from __future__ import annotations

__all__ = ["revised_text"]

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.nodes import CallNode, CallTree
from snapy_instrument.trace.text.call_lines import CallLines
from snapy_instrument.trace.text.layout import lay_out
from snapy_instrument.trace.text.levels import Level
from snapy_instrument.trace.text.matchers import RAISES, RETURN, YIELDS, Revision
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.text.value_text import ValueText, clean
from snapy_instrument.values import Mark, Struct


def revised_text(tree: CallTree, options: TextOptions, revision: Revision) -> str:
    """The text of ``tree``, told with ``options``, of what ``revision`` leaves."""
    shown_in: dict[int, int] = {}
    told = _without_calls(tree, revision, shown_in) if revision.drops_calls else tree

    def lines(tree: CallTree, level: Level, values: ValueText, shape: Callable[[int], int]) -> CallLines:
        return _RevisedLines(revision, tree, level, values, lambda number: shape(shown_in.get(number, number)))

    return lay_out(told, options, lines).text


class _RevisedLines(CallLines):
    def __init__(
        self, revision: Revision, tree: CallTree, level: Level, values: ValueText, shown_in: Callable[[int], int]
    ) -> None:
        super().__init__(tree, level, values, shown_in)
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
        told = node.raised or node.returned
        if self.shows_values and told is not None and isinstance(told.return_value, Struct):
            value = self._revision.value(clean(node.name), RAISES, told.return_value)
            # What is told of an exception stands for itself, whatever a matcher made of it.
            dead = value if isinstance(value, Struct | Mark) else Mark(repr(value))
            node = _with_ends(node, node.returned, replace(told, return_value=dead))
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
    copy = CallNode(node.call, node.order)
    copy.returned, copy.raised = returned, raised
    return copy


def _without_calls(tree: CallTree, revision: Revision, shown_in: dict[int, int]) -> CallTree:
    """The calls that are told; what others called stands in their place. ``shown_in`` learns who tells their ends."""
    told = CallTree()
    told.markers, told.by_id = tree.markers, tree.by_id
    for roots, kept in ((tree.roots, told.roots), (tree.detached, told.detached)):
        stack: list[tuple[CallNode, CallNode | None]] = [(node, None) for node in reversed(roots)]
        while stack:
            node, parent = stack.pop()
            if revision.has_call(clean(node.name), (*node.args, _end_of(node))):
                copy = _copied(node)
                (kept if parent is None else parent.children).append(copy)
                parent = copy
            elif parent is not None:
                shown_in[node.call.call_id] = parent.call.call_id
            stack.extend((child, parent) for child in reversed(node.children))
    return told


def _copied(node: CallNode) -> CallNode:
    copy = _with_ends(node, node.returned, node.raised)
    copy.inner = node.inner
    return copy
