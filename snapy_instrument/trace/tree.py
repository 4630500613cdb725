"""Builds the tree of calls: nodes with events, made of calls by number."""

from __future__ import annotations

__all__ = ["CallNode", "CallTree", "Events", "HasEvents", "Recording", "build_tree", "events_of", "index_of", "tree_of"]

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Protocol, TypeAlias, cast

from snapy_instrument._gc_pause import uncollected
from snapy_instrument._words import count
from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.call_index import CallIndex
from snapy_instrument.trace.nodes import CallNode, CallTree


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


@uncollected()
def events_of(source: Events) -> Sequence[CallEvent]:
    """Return the events of ``source``: a recording, or the events themselves."""
    held = getattr(source, "events", None)
    if held is not None:
        return cast("Sequence[CallEvent]", held)
    events = cast("Iterable[CallEvent]", source)
    return events if isinstance(events, list | tuple) else list(events)


@uncollected()
def build_tree(source: Events | CallIndex) -> CallTree:
    """Return the call tree of ``source``, in linear time and without recursion; `CallIndex` has the rules."""
    index = source if isinstance(source, CallIndex) else CallIndex(events_of(source))
    events = index.events()
    orders, ends, raised = index.orders, index.ends, index.raised
    nodes = [CallNode(events[row], orders[number], number) for number, row in enumerate(index.rows)]
    for number, node in enumerate(nodes):
        if ends[number] >= 0:
            node.returned = events[ends[number]]
        if raised[number] >= 0:
            node.raised = events[raised[number]]
        if inside := index.children[number]:
            node.children = [nodes[child] for child in inside]
    for number, inner in index.inner.items():
        nodes[number].inner = [(order, events[row]) for order, row in inner]
    tree = CallTree(index)
    tree.nodes = nodes
    tree.roots = [nodes[number] for number in index.roots]
    tree.detached = [nodes[number] for number in index.detached]
    tree.markers = [events[row] for row in index.markers]
    tree.by_id = {identifier: nodes[number] for identifier, number in index.by_id.items()}
    return tree


def tree_of(source: Events | CallTree) -> CallTree:
    """Return the call tree of ``source``; a tree, or the one that a `Trace` has built, is returned unchanged."""
    if isinstance(source, CallTree):
        return source
    built = getattr(source, "tree", None)
    return built if isinstance(built, CallTree) else build_tree(source)


def index_of(source: Events | EventTables | CallTree) -> CallIndex:
    """Return the calls of ``source`` by number; those of a tree or of a `Trace`, if it is one."""
    if isinstance(source, EventTables):
        return CallIndex(source)
    built = getattr(source, "index", None)
    return built if isinstance(built, CallIndex) else CallIndex(events_of(cast("Events", source)))
