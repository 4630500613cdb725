"""Builds the tree of calls from events.

The tree does not depend on how the events of several threads were interleaved: a call is a child of its parent, and
siblings are in the order in which the parent called or started them.
"""

from __future__ import annotations

__all__ = ["CallNode", "CallTree", "Events", "HasEvents", "Recording", "build_tree", "events_of", "tree_of"]

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Protocol, TypeAlias, cast

from snapy_instrument._gc_pause import uncollected
from snapy_instrument._words import count
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.nodes import CallNode, CallTree

_INNER = frozenset({EventType.LINE, EventType.YIELD, EventType.RESUME})


class HasEvents(Protocol):
    """Anything that holds a recording, such as a `Trace`."""

    @property
    def events(self) -> Sequence[CallEvent]:
        """The events, oldest first."""


Events: TypeAlias = Iterable[CallEvent] | HasEvents


class Recording:
    """Events with their call tree, which is built once, when it is first read."""

    def __init__(self, events: Sequence[CallEvent]) -> None:
        self.events = events

    def __repr__(self) -> str:
        return f"<Recording of {count(len(self.events), 'event')}>"

    @cached_property
    def tree(self) -> CallTree:
        """The calls as a tree."""
        return build_tree(self.events)


class _OpenCalls:
    """The open calls of one thread whose events carry no identifiers."""

    __slots__ = ("names", "nodes")

    def __init__(self) -> None:
        self.nodes: list[CallNode] = []
        self.names: Counter[str] = Counter()

    def push(self, node: CallNode) -> None:
        self.nodes.append(node)
        self.names[node.call.function_name] += 1

    def close(self, event: CallEvent) -> CallNode | None:
        """Return the innermost open call of that name; calls inside it that never returned are dropped."""
        if not self.names[event.function_name]:
            return None
        while True:
            node = self.nodes.pop()
            self.names[node.call.function_name] -= 1
            if node.call.function_name == event.function_name:
                return node


class _Builder:
    def __init__(self) -> None:
        self.tree = CallTree()
        self._by_id = self.tree.by_id
        self._open: dict[str, _OpenCalls] = {}

    def add(self, index: int, event: CallEvent) -> None:
        kind = event.event_type
        if kind == EventType.CALL:
            self._call(index, event)
        elif kind == EventType.RETURN:
            self._return(event)
        elif kind == EventType.MARKER:
            self._marker(event)
        else:
            node = self._node(event)
            if node is None:
                return
            if kind == EventType.EXCEPTION:
                node.raised = event
            elif kind in _INNER:
                node.add_inner(event)

    def _call(self, index: int, event: CallEvent) -> None:
        number, spawn = event.call_id, event.spawn_id
        node = CallNode(event, (number or index if spawn is None else spawn, number or index))
        if number:
            parent = self._by_id.get(event.parent_id or 0)
            self._by_id[number] = node
        else:
            calls = self._open.setdefault(event.thread_id, _OpenCalls())
            parent = calls.nodes[-1] if calls.nodes else None
            calls.push(node)
        if parent is not None:
            parent.add_child(node)
        else:
            (self.tree.detached if event.detached else self.tree.roots).append(node)

    def _return(self, event: CallEvent) -> None:
        if event.call_id:
            node = self._by_id.get(event.call_id)
        else:
            calls = self._open.get(event.thread_id)
            node = calls.close(event) if calls is not None else None
        if node is not None and node.returned is None:
            node.returned = event

    def _marker(self, event: CallEvent) -> None:
        parent = self.tree.by_id.get(event.parent_id or 0)
        if parent is None:
            self.tree.markers.append(event)
        else:
            parent.add_inner(event)

    def _node(self, event: CallEvent) -> CallNode | None:
        if event.call_id:
            return self.tree.by_id.get(event.call_id)
        calls = self._open.get(event.thread_id)
        return calls.nodes[-1] if calls is not None and calls.nodes else None


@uncollected()
def events_of(source: Events) -> Sequence[CallEvent]:
    """Return the events of ``source``: a recording, or the events themselves."""
    held = getattr(source, "events", None)
    if held is not None:
        return cast("Sequence[CallEvent]", held)
    events = cast("Iterable[CallEvent]", source)
    return events if isinstance(events, list | tuple) else list(events)


@uncollected()
def build_tree(source: Events) -> CallTree:
    """Return the call tree of ``source``, in linear time and without recursion.

    A call is a child of the call that its `parent_id` names, if that came before it; else it is a root. Events
    without `call_id` are paired by a stack for each thread, in the order of the list. A return that belongs
    to no call is left out; `TraceValidator` names it.
    """
    builder = _Builder()
    for index, event in enumerate(events_of(source), 1):
        builder.add(index, event)
    tree = builder.tree
    order = attrgetter("order")
    tree.roots.sort(key=order)
    tree.detached.sort(key=order)
    for node in tree.walk():
        if len(node.children) > 1:
            node.children.sort(key=order)
    return tree


def tree_of(source: Events | CallTree) -> CallTree:
    """Return the call tree of ``source``; a tree, or the one that a `Trace` has built, is returned unchanged."""
    if isinstance(source, CallTree):
        return source
    built = getattr(source, "tree", None)
    return built if isinstance(built, CallTree) else build_tree(source)
