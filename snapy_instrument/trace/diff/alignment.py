"""Aligns the children of one call in the old trace with those in the new trace.

Equal subtrees at both ends are taken off first. The rest is cut at subtrees that are unique on both sides, by
an edit script with a bounded number of steps, and at unique calls; short pieces are then matched at least cost,
long ones by name.
"""

from __future__ import annotations

__all__ = ["Aligner"]

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from operator import itemgetter

from snapy_instrument.trace.diff.edit_script import Anchors, edit_script, increasing
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.sibling_runs import (
    Pairing,
    SiblingRun,
    apart,
    equal_end,
    equal_start,
    joined,
    pair,
    runs_of,
    singles,
)
from snapy_instrument.trace.diff.similarity import UNLIKE, Similarity, cheapest

_MOST_CELLS = 10_000
_ALL_CELLS = 1_000_000
_ALL_STEPS = 300_000
_LOOK_AHEAD = 40


class Aligner:
    """Pairs siblings. The work of all calls of one aligner together is bounded."""

    def __init__(self) -> None:
        self._likeness = Similarity()
        self._cells = _ALL_CELLS
        self._steps = _ALL_STEPS
        self._cuts = (_unique_subtrees, self._common, _unique_heads)

    def in_order(self, old: Sequence[TextNode], new: Sequence[TextNode]) -> list[Pairing]:
        """Return pairings that keep the order of both sides; some of equal subtrees are left out."""
        mine, yours = runs_of(old), runs_of(new)
        if len(mine) == len(yours) == 1 and mine[0].times == yours[0].times and _name(mine[0]) == _name(yours[0]):
            return [Pairing(mine[0], yours[0])]
        if _is_in_step(mine, yours) and self._takes_cells(mine, yours):
            return list(map(Pairing, mine, yours))
        return joined(self._refined(mine, yours, 0))

    def _takes_cells(self, old: list[SiblingRun], new: list[SiblingRun]) -> bool:
        """Return whether the cells between the first and the last change are within the bound, and count them."""
        changed = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a.node.key != b.node.key]
        cells = (changed[-1] - changed[0] + 1) ** 2 if changed else 0
        if cells > min(_MOST_CELLS, self._cells):
            return False
        self._cells -= cells
        return True

    def in_any_order(self, old: Sequence[TextNode], new: Sequence[TextNode]) -> list[Pairing]:
        """Return pairings of lines whose order means nothing: equal ones first, then the most similar."""
        pairings, left, right = _equal(runs_of(old), runs_of(new))
        if len(left) * len(right) > _MOST_CELLS:
            pairings.extend(_by_name(sorted(left, key=_head), sorted(right, key=_head)))
        else:
            pairings.extend(self._most_alike(left, right))
        return sorted(pairings, key=_place)

    def _most_alike(self, old: list[SiblingRun], new: list[SiblingRun]) -> Iterator[Pairing]:
        distance = self._likeness.distance
        pairs = [(distance(a.node, b.node), i, j) for i, a in enumerate(old) for j, b in enumerate(new)]
        mine, yours = dict(enumerate(old)), dict(enumerate(new))
        for cost, i, j in sorted(pairs):
            if cost < UNLIKE and i in mine and j in yours:
                yield from pair(mine.pop(i), yours.pop(j))
        yield from apart(mine.values(), yours.values())

    def _refined(self, old: list[SiblingRun], new: list[SiblingRun], stage: int) -> Iterator[Pairing]:
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

    def _cut(self, old: list[SiblingRun], new: list[SiblingRun], stage: int) -> Iterator[Pairing]:
        i = j = 0
        for mine, yours in self._cuts[stage](old, new):
            if i < mine or j < yours:
                yield from self._refined(old[i:mine], new[j:yours], stage + 1)
                yield from pair(old[mine], new[yours])
            elif _may_differ(old[mine], new[yours]):
                yield from pair(old[mine], new[yours])
            i, j = mine + 1, yours + 1
        yield from self._refined(old[i:], new[j:], stage + 1)

    def _is_small(self, old: list[SiblingRun], new: list[SiblingRun]) -> bool:
        return len(old) * len(new) <= min(_MOST_CELLS, self._cells)

    def _cheapest(self, old: list[SiblingRun], new: list[SiblingRun]) -> Iterator[Pairing]:
        copies = singles(old), singles(new)
        if self._is_small(*copies):
            old, new = copies
        self._cells -= len(old) * len(new)
        for pairing in cheapest(old, new, self._likeness):
            if pairing.old and pairing.new:
                yield from pair(pairing.old, pairing.new)
            else:
                yield pairing

    def _common(self, old: list[SiblingRun], new: list[SiblingRun]) -> Anchors:
        """Return equal subtrees along edit scripts of bounded length, one after the other."""
        mine, yours = [run.node.key for run in old], [run.node.key for run in new]
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


def _unique_subtrees(old: list[SiblingRun], new: list[SiblingRun]) -> Anchors:
    return _unique(old, new, lambda run: run.node.key)


def _unique_heads(old: list[SiblingRun], new: list[SiblingRun]) -> Anchors:
    return _unique(old, new, lambda run: (run.node.kind, run.node.blank))


def _unique(old: list[SiblingRun], new: list[SiblingRun], name: Callable[[SiblingRun], Hashable]) -> Anchors:
    """Return the places of what occurs once on both sides, the most that keep their order."""
    mine, yours = [name(run) for run in old], [name(run) for run in new]
    once, often = Counter(mine), Counter(yours)
    places = {each: j for j, each in enumerate(yours) if often[each] == 1}
    return increasing([(i, places[each]) for i, each in enumerate(mine) if once[each] == 1 and each in places])


def _by_name(old: Sequence[SiblingRun], new: Sequence[SiblingRun]) -> Iterator[Pairing]:
    """Pair both sides in step; where the names differ, go on to the next two that are equal."""
    if {_name(run) for run in old}.isdisjoint(map(_name, new)):
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


def _next_pair(old: Sequence[SiblingRun], new: Sequence[SiblingRun], i: int, j: int) -> tuple[int, int]:
    """Return how many runs to leave out on each side; one on each where no equal names are near."""
    if _name(old[i]) == _name(new[j]):
        return 0, 0
    first: dict[tuple[str, str], int] = {}
    for place, run in enumerate(new[j : j + _LOOK_AHEAD]):
        first.setdefault(_name(run), place)
    found = [(place, first.get(_name(run))) for place, run in enumerate(old[i : i + _LOOK_AHEAD])]
    near = [(mine, yours) for mine, yours in found if yours is not None]
    return min(near, key=sum, default=(1, 1))


def _equal(old: list[SiblingRun], new: list[SiblingRun]) -> tuple[list[Pairing], list[SiblingRun], list[SiblingRun]]:
    """Return pairings of equal subtrees in any order, and what is left of both sides."""
    by_key: dict[int, list[SiblingRun]] = {}
    for run in reversed(new):
        by_key.setdefault(run.node.key, []).append(run)
    pairings: list[Pairing] = []
    left: list[SiblingRun] = []
    for mine in old:
        rest: SiblingRun | None = mine
        yours = by_key.get(mine.node.key, [])
        while rest is not None and yours:
            found, *unpaired = pair(rest, yours.pop())
            pairings.append(found)
            rest = next((pairing.old for pairing in unpaired if pairing.old), None)
            yours.extend(pairing.new for pairing in unpaired if pairing.new)
        left.extend([] if rest is None else [rest])
    right = [run for runs in by_key.values() for run in runs]
    return pairings, left, sorted(right, key=itemgetter(1))


def _is_in_step(old: list[SiblingRun], new: list[SiblingRun]) -> bool:
    """Return whether both sides have the same names, each once: no other pairs are possible, and each costs less."""
    if len(old) != len(new) or any(a.times != 1 or b.times != 1 for a, b in zip(old, new, strict=True)):
        return False
    names = list(map(_name, old))
    return names == list(map(_name, new)) and len(set(names)) == len(names)


def _may_differ(old: SiblingRun, new: SiblingRun) -> bool:
    return old.node.key != new.node.key or old.times != new.times or old.node.numbered


def _name(run: SiblingRun) -> tuple[str, str]:
    return run.node.kind, run.node.name


def _head(run: SiblingRun) -> tuple[str, str]:
    return run.node.name, run.node.blank


def _place(pairing: Pairing) -> int:
    run = pairing.new or pairing.old
    return 0 if run is None else run.at
