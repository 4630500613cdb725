"""Which line of the old text stands where which of the new one does, among the lines of one call.

Equal subtrees at both ends are taken off first. What is left is cut at subtrees that are unique on both sides, by
an edit script with a bounded number of steps, and at unique calls; short pieces are then matched at least cost,
long ones by name.
"""

from __future__ import annotations

__all__ = ["Matcher"]

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from operator import itemgetter

from snapy_instrument.trace.diff.edit_script import Anchors, edit_script, increasing
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.sibling_runs import (
    Item,
    Segment,
    apart,
    equal_end,
    equal_start,
    items_of,
    joined,
    pair,
    singles,
)
from snapy_instrument.trace.diff.similarity import UNLIKE, Likeness, cheapest

_MOST_CELLS = 10_000
_ALL_CELLS = 1_000_000
_ALL_STEPS = 300_000
_LOOK_AHEAD = 40


class Matcher:
    """Matches siblings. What all calls of one matcher take together is bounded."""

    def __init__(self) -> None:
        self._likeness = Likeness()
        self._cells = _ALL_CELLS
        self._steps = _ALL_STEPS
        self._cuts = (_unique_subtrees, self._common, _unique_heads)

    def in_order(self, old: Sequence[TextNode], new: Sequence[TextNode]) -> list[Segment]:
        """Segments in an order that keeps the order of both sides; some of equal subtrees are left out."""
        mine, yours = items_of(old), items_of(new)
        if len(mine) == len(yours) == 1 and mine[0].times == yours[0].times and _name(mine[0]) == _name(yours[0]):
            return [Segment(mine[0], yours[0])]
        if _is_in_step(mine, yours) and self._takes_cells(mine, yours):
            return list(map(Segment, mine, yours))
        return joined(self._refined(mine, yours, 0))

    def _takes_cells(self, old: list[Item], new: list[Item]) -> bool:
        """Whether there is room for what lies between the first and the last change, which is then taken."""
        changed = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a.node.key != b.node.key]
        cells = (changed[-1] - changed[0] + 1) ** 2 if changed else 0
        if cells > min(_MOST_CELLS, self._cells):
            return False
        self._cells -= cells
        return True

    def in_any_order(self, old: Sequence[TextNode], new: Sequence[TextNode]) -> list[Segment]:
        """Segments of lines whose order means nothing: equal ones are matched first, then the most alike."""
        segments, left, right = _equal(items_of(old), items_of(new))
        if len(left) * len(right) > _MOST_CELLS:
            segments.extend(_by_name(sorted(left, key=_head), sorted(right, key=_head)))
        else:
            segments.extend(self._most_alike(left, right))
        return sorted(segments, key=_place)

    def _most_alike(self, old: list[Item], new: list[Item]) -> Iterator[Segment]:
        distance = self._likeness.distance
        pairs = [(distance(a.node, b.node), i, j) for i, a in enumerate(old) for j, b in enumerate(new)]
        mine, yours = dict(enumerate(old)), dict(enumerate(new))
        for cost, i, j in sorted(pairs):
            if cost < UNLIKE and i in mine and j in yours:
                yield from pair(mine.pop(i), yours.pop(j))
        yield from apart(mine.values(), yours.values())

    def _refined(self, old: list[Item], new: list[Item], stage: int) -> Iterator[Segment]:
        before, old, new = equal_start(old, new)
        after, old, new = equal_end(old, new)
        yield from before
        if not old or not new:
            yield from apart(old, new)
        elif self._is_small(old, new):
            yield from self._cheapest(old, new)
        elif stage == len(self._cuts):
            yield from _by_name(old, new)
        else:
            yield from self._cut(old, new, stage)
        yield from after

    def _cut(self, old: list[Item], new: list[Item], stage: int) -> Iterator[Segment]:
        i = j = 0
        for mine, yours in self._cuts[stage](old, new):
            if i < mine or j < yours:
                yield from self._refined(old[i:mine], new[j:yours], stage + 1)
                yield from pair(old[mine], new[yours])
            elif _may_differ(old[mine], new[yours]):
                yield from pair(old[mine], new[yours])
            i, j = mine + 1, yours + 1
        yield from self._refined(old[i:], new[j:], stage + 1)

    def _is_small(self, old: list[Item], new: list[Item]) -> bool:
        return len(old) * len(new) <= min(_MOST_CELLS, self._cells)

    def _cheapest(self, old: list[Item], new: list[Item]) -> Iterator[Segment]:
        copies = singles(old), singles(new)
        if self._is_small(*copies):
            old, new = copies
        self._cells -= len(old) * len(new)
        for segment in cheapest(old, new, self._likeness):
            if segment.old and segment.new:
                yield from pair(segment.old, segment.new)
            else:
                yield segment

    def _common(self, old: list[Item], new: list[Item]) -> Anchors:
        """Equal subtrees along edit scripts of bounded length, one after the other."""
        mine, yours = [item.node.key for item in old], [item.node.key for item in new]
        anchors: Anchors = []
        if set(mine).isdisjoint(yours):
            return anchors
        i = j = 0
        while i < len(mine) and j < len(yours) and self._steps > 0:
            script = edit_script(mine, yours, i, j, self._steps)
            self._steps -= script.steps
            anchors.extend(script.anchors)
            i, j = script.end
        return anchors


def _unique_subtrees(old: list[Item], new: list[Item]) -> Anchors:
    return _unique(old, new, lambda item: item.node.key)


def _unique_heads(old: list[Item], new: list[Item]) -> Anchors:
    return _unique(old, new, lambda item: (item.node.kind, item.node.blank))


def _unique(old: list[Item], new: list[Item], name: Callable[[Item], Hashable]) -> Anchors:
    """Places of what there is once on both sides, as many as stand in the same order."""
    mine, yours = [name(item) for item in old], [name(item) for item in new]
    once, often = Counter(mine), Counter(yours)
    places = {each: j for j, each in enumerate(yours) if often[each] == 1}
    return increasing([(i, places[each]) for i, each in enumerate(mine) if once[each] == 1 and each in places])


def _by_name(old: Sequence[Item], new: Sequence[Item]) -> Iterator[Segment]:
    """Both sides in step; where the names differ, on to the next two that are equal."""
    if {_name(item) for item in old}.isdisjoint(map(_name, new)):
        yield from apart(old, new)
        return
    i = j = 0
    while i < len(old) and j < len(new):
        skip_old, skip_new = _next_pair(old, new, i, j)
        yield from apart(old[i : i + skip_old], new[j : j + skip_new])
        i, j = i + skip_old, j + skip_new
        if i < len(old) and j < len(new) and _name(old[i]) == _name(new[j]):
            yield from pair(old[i], new[j])
            i, j = i + 1, j + 1
    yield from apart(old[i:], new[j:])


def _next_pair(old: Sequence[Item], new: Sequence[Item], i: int, j: int) -> tuple[int, int]:
    """How many to leave out on each side; one on each where no equal names are near."""
    if _name(old[i]) == _name(new[j]):
        return 0, 0
    first: dict[tuple[str, str], int] = {}
    for place, item in enumerate(new[j : j + _LOOK_AHEAD]):
        first.setdefault(_name(item), place)
    found = [(place, first.get(_name(item))) for place, item in enumerate(old[i : i + _LOOK_AHEAD])]
    near = [(mine, yours) for mine, yours in found if yours is not None]
    return min(near, key=sum, default=(1, 1))


def _equal(old: list[Item], new: list[Item]) -> tuple[list[Segment], list[Item], list[Item]]:
    """Equal subtrees in any order, and what is left of both sides."""
    by_key: dict[int, list[Item]] = {}
    for item in reversed(new):
        by_key.setdefault(item.node.key, []).append(item)
    segments: list[Segment] = []
    left: list[Item] = []
    for mine in old:
        rest: Item | None = mine
        yours = by_key.get(mine.node.key, [])
        while rest is not None and yours:
            found, *lone = pair(rest, yours.pop())
            segments.append(found)
            rest = next((segment.old for segment in lone if segment.old), None)
            yours.extend(segment.new for segment in lone if segment.new)
        left.extend([] if rest is None else [rest])
    right = [item for items in by_key.values() for item in items]
    return segments, left, sorted(right, key=itemgetter(1))


def _is_in_step(old: list[Item], new: list[Item]) -> bool:
    """Whether both sides have the same names, each once: no other pairs are possible, and each costs less than none."""
    if len(old) != len(new) or any(a.times != 1 or b.times != 1 for a, b in zip(old, new, strict=True)):
        return False
    names = list(map(_name, old))
    return names == list(map(_name, new)) and len(set(names)) == len(names)


def _may_differ(old: Item, new: Item) -> bool:
    return old.node.key != new.node.key or old.times != new.times or old.node.numbered


def _name(item: Item) -> tuple[str, str]:
    return item.node.kind, item.node.name


def _head(item: Item) -> tuple[str, str]:
    return item.node.name, item.node.blank


def _place(segment: Segment) -> int:
    item = segment.new or segment.old
    return 0 if item is None else item.at
