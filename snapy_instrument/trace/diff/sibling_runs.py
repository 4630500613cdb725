"""Splits sibling lines into runs of identical ones, and pairs the runs of the old text with those of the new one."""

from __future__ import annotations

__all__ = ["Pairing", "SiblingRun", "apart", "equal_end", "equal_start", "joined", "pair", "runs_of", "singles"]

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from snapy_instrument.trace.diff.parse import TextNode

_MOST_COPIES = 100


class SiblingRun(NamedTuple):
    """A run of identical siblings: ``times`` copies of a node; ``at`` counts the siblings before the first copy."""

    node: TextNode
    at: int
    times: int


class Pairing(NamedTuple):
    """Copies of an old node and as many of the new node in their place; or one of them without a partner."""

    old: SiblingRun | None
    new: SiblingRun | None


def runs_of(nodes: Iterable[TextNode]) -> list[SiblingRun]:
    """Return the nodes with their places."""
    runs, at = [], 0
    for node in nodes:
        runs.append(SiblingRun(node, at, node.times))
        at += node.times
    return runs


def singles(runs: Sequence[SiblingRun]) -> list[SiblingRun]:
    """Return a run for each single copy, where that makes a short list."""
    if sum([run.times for run in runs]) > _MOST_COPIES:
        return list(runs)
    return [SiblingRun(run.node, run.at + copy, 1) for run in runs for copy in range(run.times)]


def pair(old: SiblingRun, new: SiblingRun) -> list[Pairing]:
    """Pair the copies of both, then add what one side has more."""
    times = min(old.times, new.times)
    found = [Pairing(old._replace(times=times), new._replace(times=times))]
    if old.times > times:
        found.append(Pairing(_without_first(old, times), None))
    if new.times > times:
        found.append(Pairing(None, _without_first(new, times)))
    return found


def apart(old: Iterable[SiblingRun], new: Iterable[SiblingRun]) -> Iterator[Pairing]:
    """Yield each run without a partner."""
    yield from (Pairing(run, None) for run in old)
    yield from (Pairing(None, run) for run in new)


def equal_start(
    old: list[SiblingRun], new: list[SiblingRun]
) -> tuple[list[Pairing], list[SiblingRun], list[SiblingRun]]:
    """Return pairings of equal subtrees at the start, and what follows them on both sides.

    Only equal subtrees with numbered objects are paired: there is nothing to compare in the others.
    """
    same = _equal_runs(old, new)
    found = [Pairing(mine, yours) for mine, yours in zip(old[:same], new[:same], strict=True) if mine.node.numbered]
    copies, old, new = _equal_copies(old[same:], new[same:])
    return found + copies, old, new


def equal_end(old: list[SiblingRun], new: list[SiblingRun]) -> tuple[list[Pairing], list[SiblingRun], list[SiblingRun]]:
    """Return the same for the end; the first pairing is always kept, as the end of what comes before."""
    same = _equal_runs(old[::-1], new[::-1])
    pairs = zip(old[len(old) - same :], new[len(new) - same :], strict=True)
    found = [Pairing(*pair) for place, pair in enumerate(pairs) if place == 0 or pair[0].node.numbered]
    old, new = old[: len(old) - same], new[: len(new) - same]
    if not old or not new or old[-1].node.key != new[-1].node.key:
        return found, old, new
    copies, old, new = _equal_copies(_mirrored(old), _mirrored(new))
    first = [Pairing(_mirror(pairing.old), _mirror(pairing.new)) for pairing in reversed(copies)]
    return first + found, _mirrored(old), _mirrored(new)


def _equal_runs(old: list[SiblingRun], new: list[SiblingRun]) -> int:
    same = 0
    for mine, yours in zip(old, new, strict=False):
        if mine.node.key != yours.node.key or mine.times != yours.times:
            break
        same += 1
    return same


def _equal_copies(
    old: list[SiblingRun], new: list[SiblingRun]
) -> tuple[list[Pairing], list[SiblingRun], list[SiblingRun]]:
    """Pair equal subtrees at the start that are one run on one side and several runs on the other."""
    found: list[Pairing] = []
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


def joined(pairings: Iterable[Pairing]) -> list[Pairing]:
    """Join successive pairings that hold further copies of the same nodes."""
    found: list[Pairing] = []
    for pairing in pairings:
        if found and _goes_on(found[-1].old, pairing.old) and _goes_on(found[-1].new, pairing.new):
            found[-1] = Pairing(_more(found[-1].old, pairing.old), _more(found[-1].new, pairing.new))
        else:
            found.append(pairing)
    return found


def _goes_on(run: SiblingRun | None, following: SiblingRun | None) -> bool:
    if run is None or following is None:
        return run is following
    return run.node is following.node and run.at + run.times == following.at


def _more(run: SiblingRun | None, following: SiblingRun | None) -> SiblingRun | None:
    return None if run is None or following is None else run._replace(times=run.times + following.times)


def _without_first(run: SiblingRun, times: int) -> SiblingRun:
    return SiblingRun(run.node, run.at + times, run.times - times)


def _from(runs: list[SiblingRun], start: int, first: SiblingRun | None) -> list[SiblingRun]:
    return runs[start:] if first is None else [first, *runs[start + 1 :]]


def _mirrored(runs: list[SiblingRun]) -> list[SiblingRun]:
    return [SiblingRun(run.node, -run.at - run.times, run.times) for run in reversed(runs)]


def _mirror(run: SiblingRun | None) -> SiblingRun | None:
    return None if run is None else _mirrored([run])[0]
