"""Recursion: functions that, directly or through others, call themselves."""

from __future__ import annotations

__all__ = ["RecursionPattern", "RecursiveTracker"]

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from snapy_instrument._words import count
from snapy_instrument.trace.tree import CallTree, Events, tree_of

# Saved at import: a test that replaces time.time must not change what we read.
_clock = time.time


class RecursionPattern(NamedTuple):
    """One way in which functions call themselves.

    Attributes:
        kind: "direct" (a function calls itself) or "mutual" (through others).
        functions: Full names in the order in which they call each other, the alphabetically first one first.
        depth: The greatest number of their calls open at once on one path.
        calls: Number of their calls in the whole trace.
    """

    kind: str
    functions: tuple[str, ...]
    depth: int
    calls: int


class RecursiveTracker:
    """A record of recursive calls; `analyze` finds recursion in a trace.

    Attributes:
        recursion_depth: The depth that the next sighting records; the user sets it.
        recursion_patterns: Sightings by function name. The first one only opens an empty list.
    """

    def __init__(self) -> None:
        self.recursion_depth = 0
        self.recursion_patterns: dict[str, list[dict[str, Any]]] = {}

    def __repr__(self) -> str:
        return f"<RecursiveTracker: {count(len(self.recursion_patterns), 'function')}>"

    def track_recursive_call(self, function_name: str, args: Any) -> None:
        """Record a call of ``function_name``: depth, args and time (seconds since the epoch)."""
        if function_name in self.recursion_patterns:
            self.recursion_patterns[function_name].append(
                {"depth": self.recursion_depth, "args": args, "timestamp": _clock()}
            )
        else:
            self.recursion_patterns[function_name] = []

    def analyze(self, source: Events | CallTree) -> list[RecursionPattern]:
        """Return the recursion in ``source``, sorted by the names of the functions. Sightings stay."""
        tree = tree_of(source)
        cycles = sorted(_cycles(tree))
        calls = Counter(node.name for node in tree.walk())
        depths = _depths(tree, cycles)
        return [
            RecursionPattern(
                "direct" if len(cycle) == 1 else "mutual",
                cycle,
                depths[cycle],
                sum(calls[name] for name in cycle),
            )
            for cycle in cycles
        ]


def _cycles(tree: CallTree) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    path: list[str] = []
    places: dict[str, list[int]] = {}
    for node, depth, begins in tree.visit():
        name = node.name
        if not begins:
            path.pop()
            places[name].pop()
            continue
        earlier = places.setdefault(name, [])
        if earlier:
            found.add(_rotated(_simple(path[earlier[-1] :])))
        earlier.append(depth)
        path.append(name)
    return found


def _simple(names: Sequence[str]) -> list[str]:
    """Return ``names`` without the recursion that happened in between."""
    kept: dict[str, None] = {}
    for name in names:
        if name in kept:
            while next(reversed(kept)) != name:
                kept.popitem()
        kept[name] = None
    return list(kept)


def _rotated(cycle: list[str]) -> tuple[str, ...]:
    start = cycle.index(min(cycle))
    return (*cycle[start:], *cycle[:start])


def _depths(tree: CallTree, cycles: list[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    of_function: dict[str, list[tuple[str, ...]]] = {}
    for cycle in cycles:
        for name in cycle:
            of_function.setdefault(name, []).append(cycle)
    now: Counter[tuple[str, ...]] = Counter()
    most: Counter[tuple[str, ...]] = Counter()
    for node, _, begins in tree.visit():
        for cycle in of_function.get(node.name, ()):
            now[cycle] += 1 if begins else -1
            most[cycle] = max(most[cycle], now[cycle])
    return most
