"""The lines under one call on both sides: how many there are of a kind, and which one a line is."""

from __future__ import annotations

__all__ = ["Family", "Siblings", "Wrapping", "wrappings"]

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from snapy_instrument.trace.changes import Place
from snapy_instrument.trace.objects import blanked
from snapy_instrument.trace.parse import TextNode
from snapy_instrument.trace.segments import Item, Segment


class Siblings:
    """The lines under one call.

    Attributes:
        names: How many calls there are of each name.
        copies: How many copies there are of each subtree, by its key.
        first: The first line of each subtree, by its key.
    """

    def __init__(self, nodes: Sequence[TextNode]) -> None:
        self.names: Counter[str] = Counter()
        self.copies: Counter[int] = Counter()
        self.first: dict[int, TextNode] = {}
        self._starts: dict[int, tuple[int, int, str]] = {}
        at, before = 0, ""
        for node in nodes:
            self._starts[id(node)] = (self.names[node.name], at, before)
            before = node.name or before
            self.first.setdefault(node.key, node)
            self.names[node.name] += node.times
            self.copies[node.key] += node.times
            at += node.times

    def number(self, item: Item) -> int:
        """Which of the calls with its name the first copy of ``item`` is, from 1."""
        same, start, _ = self._starts[id(item.node)]
        return same + item.at - start + 1

    def before(self, item: Item) -> str:
        """Name of the call before ``item``; empty where it is the first."""
        return self._starts[id(item.node)][2]


class Family(NamedTuple):
    """The lines under one place on both sides."""

    place: Place
    old: Siblings
    new: Siblings


class Wrapping(NamedTuple):
    """A call that stands on one side only, around calls that stand on both.

    Attributes:
        around: The call.
        is_new: Whether it was added.
        others: The calls on the other side that stand, as they are or changed, inside of it.
    """

    around: Item
    is_new: bool
    others: list[Item]


def wrappings(segments: Sequence[Segment]) -> Iterator[Segment | Wrapping]:
    """``segments``; what is alone on both sides in one place is looked at for calls put around others."""
    for apart, group in groupby(segments, lambda segment: segment.old is None or segment.new is None):
        members = list(group)
        yield from _unwrapped(members) if apart else map(_shifted, members)


def _shifted(segment: Segment) -> Segment | Wrapping:
    """A call under which the other one stands unchanged was put around it."""
    old, new = segment
    if old is None or new is None or old.node.key == new.node.key or old.times + new.times > 2:
        return segment
    if blanked(old.node.head) == blanked(new.node.head):
        return segment
    if any(child.key == old.node.key for child in new.node.children):
        return Wrapping(new, True, [old])
    if any(child.key == new.node.key for child in old.node.children):
        return Wrapping(old, False, [new])
    return segment


def _unwrapped(segments: list[Segment]) -> Iterator[Segment | Wrapping]:
    old = [segment.old for segment in segments if segment.old and segment.old.node.kind == "call"]
    new = [segment.new for segment in segments if segment.new and segment.new.node.kind == "call"]
    candidates = [*_candidates(new, old, is_new=True), *_candidates(old, new, is_new=False)]
    held, found = max(candidates, key=itemgetter(0), default=(0, None))
    if found is None or not held or 2 * held < len(found.others):
        yield from segments
        return
    yield found
    inside = {id(item) for item in (found.around, *found.others)}
    yield from (each for each in segments if not inside & {id(each.old), id(each.new)})


def _candidates(items: list[Item], others: list[Item], *, is_new: bool) -> Iterator[tuple[int, Wrapping]]:
    """How many of ``others`` have their name among the calls inside each of ``items``."""
    outside = Counter(other.node.name for other in others)
    for item in items:
        inside = Counter(child.name for child in item.node.children if child.kind == "call")
        if inside and item.times == 1:
            held = sum(min(count, outside[name]) for name, count in inside.items())
            yield held, Wrapping(item, is_new, others)
