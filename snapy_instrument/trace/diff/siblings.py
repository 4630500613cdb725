"""The lines under one call on both sides: how many there are of a kind, and which one a line is."""

from __future__ import annotations

__all__ = ["Family", "Siblings", "Wrapping", "wrappings"]

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from snapy_instrument.trace.diff.change import Place
from snapy_instrument.trace.diff.object_numbers import blanked
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.sibling_runs import Item, Segment


class Siblings:
    """The lines under one call; counted when that is first asked for."""

    def __init__(self, nodes: Sequence[TextNode]) -> None:
        self._nodes = nodes

    def number(self, item: Item) -> int:
        """Which of the calls with its name the first copy of ``item`` is, from 1."""
        same, start, _ = self._starts[id(item.node)]
        return same + item.at - start + 1

    def before(self, item: Item) -> str:
        """Name of the call before ``item``; empty where it is the first."""
        return self._starts[id(item.node)][2]

    @cached_property
    def names(self) -> Counter[str]:
        """How many calls there are of each name."""
        names: Counter[str] = Counter()
        for node in self._nodes:
            names[node.name] += node.times
        return names

    @cached_property
    def copies(self) -> Counter[int]:
        """How many copies there are of each subtree, by its key."""
        copies: Counter[int] = Counter()
        for node in self._nodes:
            copies[node.key] += node.times
        return copies

    @cached_property
    def first(self) -> dict[int, TextNode]:
        """The first line of each subtree, by its key."""
        return {node.key: node for node in reversed(self._nodes)}

    @cached_property
    def _starts(self) -> dict[int, tuple[int, int, str]]:
        """By the identity of a line: calls with its name before it, all before it, the name of the one before it."""
        starts: dict[int, tuple[int, int, str]] = {}
        names: Counter[str] = Counter()
        at, before = 0, ""
        for node in self._nodes:
            starts[id(node)] = (names[node.name], at, before)
            names[node.name] += node.times
            at, before = at + node.times, node.name or before
        return starts


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
    """``segments``; what is alone on both sides in one place is told as renamed, or as put around other calls."""
    if all(old is not None and new is not None for old, new in segments):
        yield from map(_shifted, segments)
        return
    moved = _lone_keys(segments, 0) & _lone_keys(segments, 1)
    for apart, group in groupby(segments, lambda segment: segment.old is None or segment.new is None):
        members = list(group)
        yield from _unwrapped(_renamed(members, moved)) if apart else map(_shifted, members)


def _lone_keys(segments: Sequence[Segment], side: int) -> set[int]:
    found = (segment[side] for segment in segments if segment[1 - side] is None)
    return {item.node.key for item in found if item is not None}


def _shifted(segment: Segment) -> Segment | Wrapping:
    """A call under which the other one stands unchanged was put around it."""
    old, new = segment
    if old is None or new is None or old.node.key == new.node.key or old.times + new.times > 2:
        return segment
    if not old.node.children and not new.node.children:
        return segment
    if old.node.blank == new.node.blank:
        return segment
    if any(child.key == old.node.key for child in new.node.children):
        return Wrapping(new, True, [old])
    if any(child.key == new.node.key for child in old.node.children):
        return Wrapping(old, False, [new])
    return segment


def _renamed(segments: list[Segment], moved: set[int]) -> list[Segment]:
    """Calls with other names, but equal in all else or in their arguments and the last part of the name."""
    for signature in (_all_but_name, _last_name):
        partners = _partners(segments, moved, signature)
        taken = {id(item) for item in partners.values()}
        kept = [each for each in segments if each.new is not None or id(each.old) not in taken]
        segments = [Segment(partners.get(id(each.new), each.old), each.new) for each in kept]
    return segments


def _partners(segments: list[Segment], moved: set[int], signature: Callable[[Item], Hashable]) -> dict[int, Item]:
    """Calls that are gone, by the identity of the call that stands there now."""
    waiting: dict[Hashable, deque[Item]] = {}
    for old, new in segments:
        if old is not None and new is None and old.node.key not in moved and signature(old):
            waiting.setdefault(signature(old), deque()).append(old)
    found: dict[int, Item] = {}
    for old, new in segments:
        if old is None and new is not None and new.node.key not in moved and waiting.get(signature(new)):
            found[id(new)] = waiting[signature(new)].popleft()
    return found


def _all_but_name(item: Item) -> Hashable:
    node = item.node
    inside = tuple((child.key, child.times) for child in node.children)
    telling = node.kind == "call" and (node.args or inside)
    return (item.times, blanked(node.args or ""), blanked(node.outcome), inside) if telling else None


def _last_name(item: Item) -> Hashable:
    node = item.node
    telling = node.kind == "call" and (node.args or node.children)
    return (item.times, blanked(node.args or ""), node.name.rpartition(".")[2]) if telling else None


def _unwrapped(segments: list[Segment]) -> Iterator[Segment | Wrapping]:
    lone = [segment for segment in segments if segment.old is None or segment.new is None]
    old = [segment.old for segment in lone if segment.old and segment.old.node.kind == "call"]
    new = [segment.new for segment in lone if segment.new and segment.new.node.kind == "call"]
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
    # Some copies of a run cannot be compared with calls inside without its other copies.
    if any(other.times != other.node.times for other in others):
        return
    outside = Counter(other.node.name for other in others)
    for item in items:
        inside = Counter(child.name for child in item.node.children if child.kind == "call")
        if inside and item.times == 1:
            held = sum(min(count, outside[name]) for name, count in inside.items())
            yield held, Wrapping(item, is_new, others)
