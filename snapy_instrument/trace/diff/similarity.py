"""The distance of two lines of a trace, and the cheapest way to turn one short sequence into another."""

from __future__ import annotations

__all__ = ["UNLIKE", "Similarity", "cheapest"]

from collections.abc import Sequence

from snapy_instrument.trace.diff.object_numbers import blanked
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.sibling_runs import Pairing, SiblingRun
from snapy_instrument.trace.text.value_syntax import split_arguments

UNLIKE = 2.0
"""From this distance on one line is removed and the other added."""

_MISSING = 1.0
_NEVER = float("inf")
_MOST_CHILDREN = 50


class Similarity:
    """Distances of nodes, from 0 for equal subtrees; nodes of different name have no finite one."""

    def __init__(self) -> None:
        self._distances: dict[tuple[int, int], float] = {}
        self._arguments: dict[str, frozenset[tuple[str, str]]] = {}

    def distance(self, old: TextNode, new: TextNode) -> float:
        """Return their distance: below 1.0 for equal arguments, below 2.0 (two unpaired calls) for the same name."""
        if old.key == new.key:
            return 0.0
        if old.name != new.name or old.kind != new.kind:
            return _NEVER
        known = self._distances.get((old.key, new.key))
        if known is None:
            known = self._distances[old.key, new.key] = self._measure(old, new)
        return known

    def _measure(self, old: TextNode, new: TextNode) -> float:
        # A swap of two calls must cost more than one moved, hence more than 1.0 for changed arguments.
        arguments = 0.0 if old.blank == new.blank else 1.05 + 0.35 * self._changed_share(old, new)
        outcome = 0.0 if old.outcome == new.outcome or blanked(old.outcome) == blanked(new.outcome) else 0.2
        return max(0.1, arguments + outcome + _unlike_children(old, new))

    def _changed_share(self, old: TextNode, new: TextNode) -> float:
        mine, yours = self._arguments_of(old), self._arguments_of(new)
        both = len(mine) + len(yours)
        return (both - 2 * len(mine & yours)) / max(1, both)

    def _arguments_of(self, node: TextNode) -> frozenset[tuple[str, str]]:
        text = node.args or ""
        known = self._arguments.get(text)
        if known is None:
            known = self._arguments[text] = frozenset(split_arguments(blanked(text)))
        return known


def _unlike_children(old: TextNode, new: TextNode) -> float:
    if not old.children and not new.children:
        return 0.0
    mine, yours = old.children[:_MOST_CHILDREN], new.children[:_MOST_CHILDREN]
    subtrees = _unlike({child.key for child in mine}, {child.key for child in yours})
    return 0.15 * subtrees + 0.15 * _unlike({child.name for child in mine}, {child.name for child in yours})


def _unlike(mine: set[int] | set[str], yours: set[int] | set[str]) -> float:
    return 1.0 - len(mine & yours) / max(1, len(mine | yours))


def cheapest(old: Sequence[SiblingRun], new: Sequence[SiblingRun], similarity: Similarity) -> list[Pairing]:
    """Return the pairings of least cost, by dynamic programming over ``len(old) * len(new)`` cells."""
    if {run.node.name for run in old}.isdisjoint([run.node.name for run in new]):
        return [*(Pairing(each, None) for each in old), *(Pairing(None, each) for each in new)]
    costs = [[float(j) for j in range(len(new) + 1)]]
    for i, mine in enumerate(old, 1):
        costs.append(_next_row(costs[-1], float(i), [similarity.distance(mine.node, each.node) for each in new]))
    pairings: list[Pairing] = []
    i, j = len(old), len(new)
    while i and j:
        cost = costs[i][j]
        if cost == costs[i][j - 1] + _MISSING:
            j -= 1
            pairings.append(Pairing(None, new[j]))
        elif cost == costs[i - 1][j] + _MISSING:
            i -= 1
            pairings.append(Pairing(old[i], None))
        else:
            i, j = i - 1, j - 1
            pairings.append(Pairing(old[i], new[j]))
    pairings.extend(Pairing(None, each) for each in reversed(new[:j]))
    pairings.extend(Pairing(each, None) for each in reversed(old[:i]))
    return pairings[::-1]


def _next_row(above: list[float], first: float, distances: list[float]) -> list[float]:
    row = [first]
    for j, distance in enumerate(distances):
        row.append(min(above[j] + distance, above[j + 1] + _MISSING, row[-1] + _MISSING))
    return row
