"""Puts the causes of many diffs together: what 40 snapshots show may be three decisions.

Causes that differ in their values only are one. A cause that occurs only where an earlier one does, in a function that
behaves as before without that one, follows from it in a way that no text shows, such as by the content of an object.
"""

from __future__ import annotations

__all__ = ["CauseGroup", "group_flows"]

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from snapy_instrument.trace.diff.causes.cause import Cause, CauseKey, make_cause
from snapy_instrument.trace.diff.causes.flow import Flow, Step
from snapy_instrument.trace.diff.change import Change

_FEWEST_WITHOUT = 3
"""How many diffs must show that a function behaves as before without a cause; fewer may be chance."""
_LEAST_RATE = 0.5
"""In what part of the diffs with a cause its consequence must occur."""
_MOST_OWN = 0.5
"""A change in a larger part of the diffs that call its function is the function's own."""


class CauseGroup(NamedTuple):
    """A cause of several diffs, with all changes that belong to it.

    Attributes:
        cause: The cause; ``...`` in place of values that differ between its occurrences.
        changes: Its occurrences and consequences, each after the index of its diff.
    """

    cause: Cause
    changes: tuple[tuple[int, Change], ...]

    @property
    def diffs(self) -> tuple[int, ...]:
        """The indexes of the diffs that it occurs in, in order."""
        return tuple(sorted({index for index, _ in self.changes}))

    def __str__(self) -> str:
        return str(self.cause)


def group_flows(flows: Sequence[Flow]) -> tuple[CauseGroup, ...]:
    """Return the causes of all diffs: those of most diffs first."""
    parents = _Evidence(flows).parents()
    members: dict[CauseKey, list[tuple[int, Step]]] = defaultdict(list)
    for index, flow in enumerate(flows):
        for step in flow.steps:
            members[_top_cause(step.cause, index, parents)].append((index, step))
    groups = [_group(key, steps) for key, steps in members.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.diffs), -len(group.changes), group.cause)))


def _group(key: CauseKey, steps: Sequence[tuple[int, Step]]) -> CauseGroup:
    own = [step.change for _, step in steps if step.is_root and step.cause == key]
    cause = make_cause(key, own, len(steps) - len(own))
    return CauseGroup(cause, tuple((index, step.change) for index, step in steps))


def _top_cause(key: CauseKey, index: int, parents: dict[tuple[CauseKey, int], CauseKey]) -> CauseKey:
    while (key, index) in parents:
        key = parents[key, index]
    return key


class _Evidence:
    """What the diffs say together: where each cause occurs, after which others, and where its function is called."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self._functions = [flow.functions for flow in flows]
        self._ranks: dict[CauseKey, dict[int, int]] = defaultdict(dict)
        self._actors: dict[CauseKey, set[str]] = defaultdict(set)
        self._with_state: set[CauseKey] = set()
        for index, flow in enumerate(flows):
            roots = [step for step in flow.steps if step.is_root]
            for rank, step in enumerate(roots):
                self._ranks[step.cause].setdefault(index, rank)
                self._actors[step.cause].add(step.actor)
                self._with_state.update([step.cause] if step.may_hold_state else [])
        self._by_actor: dict[str, list[CauseKey]] = defaultdict(list)
        for key, actors in self._actors.items():
            for actor in actors:
                self._by_actor[actor].append(key)

    def parents(self) -> dict[tuple[CauseKey, int], CauseKey]:
        """Return for causes that follow from others, in each diff which one."""
        found: dict[tuple[CauseKey, int], CauseKey] = {}
        for key in sorted(self._with_state):
            ranked = sorted(self._sources(key), reverse=True)
            chosen = {index: self._first_in(index, key, ranked) for index in self._ranks[key]}
            for index, source in chosen.items():
                if source is not None and None not in chosen.values():
                    found[key, index] = source
        return found

    def _first_in(self, index: int, key: CauseKey, ranked: Sequence[tuple[float, CauseKey]]) -> CauseKey | None:
        """Return the likeliest source that occurs in a diff before the cause."""
        rank = self._ranks[key][index]
        return next((source for _, source in ranked if self._ranks[source].get(index, rank) < rank), None)

    def _sources(self, key: CauseKey) -> list[tuple[float, CauseKey]]:
        """Return the causes that this one may follow from, each after how likely that is."""
        where = self._ranks[key].keys()
        earlier = {
            source
            for source in list(self._ranks)
            if any(self._ranks[source].get(index, rank) < rank for index, rank in self._ranks[key].items())
        }
        calling = self._calling(key)
        behaves = self._misbehaving(key, calling) | where
        found = []
        for source in earlier:
            likely = max(self._contrast(source, indexes, calling) for indexes in (set(where), behaves))
            if likely > 0:
                found.append((len(where & self._ranks[source].keys()) / len(where) + likely, source))
        return found

    def _calling(self, key: CauseKey) -> set[int]:
        """Return the diffs in whose traces the function is called whose behaviour the cause shows."""
        actors = self._actors[key]
        return {
            index for index, names in enumerate(self._functions) if any(not name or name in names for name in actors)
        } | self._ranks[key].keys()

    def _misbehaving(self, key: CauseKey, calling: set[int]) -> set[int]:
        """Return the diffs in which the function shows this or another change that is not in most of them."""
        others = {other for actor in self._actors[key] for other in self._by_actor[actor]}
        rare = [self._ranks[other].keys() for other in others if len(self._ranks[other]) <= _MOST_OWN * len(calling)]
        return set().union(*rare)

    def _contrast(self, source: CauseKey, changed: set[int], calling: set[int]) -> float:
        """Return by how much the function changes oftener with the source than without; 0 where that says nothing."""
        present = self._ranks[source].keys() & calling
        absent = calling - present
        if not present or len(absent) < _FEWEST_WITHOUT:
            return 0.0
        rate, rate_without = len(changed & present) / len(present), len(changed & absent) / len(absent)
        return rate - rate_without if rate >= _LEAST_RATE and 2 * rate_without <= rate else 0.0
