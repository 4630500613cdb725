"""Siblings as runs of equal copies, cut and put together; what stands on one side in place of what."""

from __future__ import annotations

__all__ = ["Item", "Segment", "apart", "equal_end", "equal_start", "items_of", "joined", "pair", "singles"]

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from snapy_instrument.trace.diff.parse import TextNode

_MOST_COPIES = 100


class Item(NamedTuple):
    """Successive copies of a node: ``times`` of them; ``at`` counts the siblings before the first, with copies."""

    node: TextNode
    at: int
    times: int


class Segment(NamedTuple):
    """Copies of an old node and as many of the new one that stand in their place; or one of them alone."""

    old: Item | None
    new: Item | None


def items_of(nodes: Iterable[TextNode]) -> list[Item]:
    """The nodes with their places."""
    items, at = [], 0
    for node in nodes:
        items.append(Item(node, at, node.times))
        at += node.times
    return items


def singles(items: Sequence[Item]) -> list[Item]:
    """One item for each copy, where that makes a short list."""
    if sum([item.times for item in items]) > _MOST_COPIES:
        return list(items)
    return [Item(item.node, item.at + copy, 1) for item in items for copy in range(item.times)]


def pair(old: Item, new: Item) -> list[Segment]:
    """Copies of both, then what one side has more."""
    times = min(old.times, new.times)
    found = [Segment(old._replace(times=times), new._replace(times=times))]
    if old.times > times:
        found.append(Segment(_without_first(old, times), None))
    if new.times > times:
        found.append(Segment(None, _without_first(new, times)))
    return found


def apart(old: Iterable[Item], new: Iterable[Item]) -> Iterator[Segment]:
    """Each alone."""
    yield from (Segment(item, None) for item in old)
    yield from (Segment(None, item) for item in new)


def equal_start(old: list[Item], new: list[Item]) -> tuple[list[Segment], list[Item], list[Item]]:
    """Equal subtrees at the start, and what comes behind them on both sides.

    Of equal subtrees only those are told in which objects are numbered: there is nothing to see in the others.
    """
    same = _equal_items(old, new)
    found = [Segment(mine, yours) for mine, yours in zip(old[:same], new[:same], strict=True) if mine.node.numbered]
    copies, old, new = _equal_copies(old[same:], new[same:])
    return found + copies, old, new


def equal_end(old: list[Item], new: list[Item]) -> tuple[list[Segment], list[Item], list[Item]]:
    """The same at the end; the first one is always told, as the end of what comes before."""
    same = _equal_items(old[::-1], new[::-1])
    pairs = zip(old[len(old) - same :], new[len(new) - same :], strict=True)
    found = [Segment(*pair) for place, pair in enumerate(pairs) if place == 0 or pair[0].node.numbered]
    old, new = old[: len(old) - same], new[: len(new) - same]
    if not old or not new or old[-1].node.key != new[-1].node.key:
        return found, old, new
    copies, old, new = _equal_copies(_mirrored(old), _mirrored(new))
    first = [Segment(_mirror(segment.old), _mirror(segment.new)) for segment in reversed(copies)]
    return first + found, _mirrored(old), _mirrored(new)


def _equal_items(old: list[Item], new: list[Item]) -> int:
    same = 0
    for mine, yours in zip(old, new, strict=False):
        if mine.node.key != yours.node.key or mine.times != yours.times:
            break
        same += 1
    return same


def _equal_copies(old: list[Item], new: list[Item]) -> tuple[list[Segment], list[Item], list[Item]]:
    """Equal subtrees at the start that may be counted together on one side and apart on the other."""
    found: list[Segment] = []
    i = j = 0
    mine = yours = None
    while i < len(old) and j < len(new):
        mine, yours = mine or old[i], yours or new[j]
        if mine.node.key != yours.node.key:
            break
        found.append(pair(mine, yours)[0])
        times = min(mine.times, yours.times)
        i, mine = (i, _without_first(mine, times)) if mine.times > times else (i + 1, None)
        j, yours = (j, _without_first(yours, times)) if yours.times > times else (j + 1, None)
    return found, _from(old, i, mine), _from(new, j, yours)


def joined(segments: Iterable[Segment]) -> list[Segment]:
    """``segments`` with those put together that go on with further copies of the same nodes."""
    found: list[Segment] = []
    for segment in segments:
        if found and _goes_on(found[-1].old, segment.old) and _goes_on(found[-1].new, segment.new):
            found[-1] = Segment(_more(found[-1].old, segment.old), _more(found[-1].new, segment.new))
        else:
            found.append(segment)
    return found


def _goes_on(item: Item | None, following: Item | None) -> bool:
    if item is None or following is None:
        return item is following
    return item.node is following.node and item.at + item.times == following.at


def _more(item: Item | None, following: Item | None) -> Item | None:
    return None if item is None or following is None else item._replace(times=item.times + following.times)


def _without_first(item: Item, times: int) -> Item:
    return Item(item.node, item.at + times, item.times - times)


def _from(items: list[Item], start: int, first: Item | None) -> list[Item]:
    return items[start:] if first is None else [first, *items[start + 1 :]]


def _mirrored(items: list[Item]) -> list[Item]:
    return [Item(item.node, -item.at - item.times, item.times) for item in reversed(items)]


def _mirror(item: Item | None) -> Item | None:
    return None if item is None else _mirrored([item])[0]
