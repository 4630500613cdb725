"""The children of one call in both texts: counts by name, and calls that were renamed or put around others."""

from __future__ import annotations

__all__ = ["PairedSiblings", "Siblings", "Wrapping", "wrappings"]

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from snapy_instrument.trace.diff.change import Place
from snapy_instrument.trace.diff.object_numbers import blanked
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.sibling_runs import Pairing, SiblingRun


class Siblings:
    """The children of one call in one text; counted when a count is first read."""

    def __init__(self, nodes: Sequence[TextNode]) -> None:
        self._nodes = nodes

    def number(self, run: SiblingRun) -> int:
        """Return which of the calls with its name the first copy of ``run`` is, from 1."""
        same, start, _ = self._starts[id(run.node)]
        return same + run.at - start + 1

    def before(self, run: SiblingRun) -> str:
        """Return the name of the call before ``run``; empty for the first one."""
        return self._starts[id(run.node)][2]

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
        """For each line, by identity: calls with its name before it, all before it, the name of the one before it."""
        starts: dict[int, tuple[int, int, str]] = {}
        names: Counter[str] = Counter()
        at, before = 0, ""
        for node in self._nodes:
            starts[id(node)] = (names[node.name], at, before)
            names[node.name] += node.times
            at, before = at + node.times, node.name or before
        return starts


class PairedSiblings(NamedTuple):
    """The children of one call in both texts."""

    place: Place
    old: Siblings
    new: Siblings


class Wrapping(NamedTuple):
    """A call that exists in one text only, around calls that exist in both.

    Attributes:
        around: The call.
        is_new: Whether it was added.
        others: The calls of the other text that are now inside of it, changed or not.
    """

    around: SiblingRun
    is_new: bool
    others: list[SiblingRun]


def wrappings(pairings: Sequence[Pairing]) -> Iterator[Pairing | Wrapping]:
    """Yield ``pairings``; calls without a partner in the same place become renamed ones, or wrappings of others."""
    if all(old is not None and new is not None for old, new in pairings):
        yield from map(_shifted, pairings)
        return
    moved = _unpaired_keys(pairings, 0) & _unpaired_keys(pairings, 1)
    for apart, group in groupby(pairings, lambda pairing: pairing.old is None or pairing.new is None):
        members = list(group)
        yield from _unwrapped(_renamed(members, moved)) if apart else map(_shifted, members)


def _unpaired_keys(pairings: Sequence[Pairing], side: int) -> set[int]:
    found = (pairing[side] for pairing in pairings if pairing[1 - side] is None)
    return {run.node.key for run in found if run is not None}


def _shifted(pairing: Pairing) -> Pairing | Wrapping:
    """Return a wrapping where one call of the pair has the other one, unchanged, among its children."""
    old, new = pairing
    if old is None or new is None or old.node.key == new.node.key or old.times + new.times > 2:
        return pairing
    if not old.node.children and not new.node.children:
        return pairing
    if old.node.blank == new.node.blank:
        return pairing
    if any(child.key == old.node.key for child in new.node.children):
        return Wrapping(new, True, [old])
    if any(child.key == new.node.key for child in old.node.children):
        return Wrapping(old, False, [new])
    return pairing


def _renamed(pairings: list[Pairing], moved: set[int]) -> list[Pairing]:
    """Pair calls that differ in their names, but have the rest, or arguments and last part of the name, in common."""
    for signature in (_all_but_name, _last_name):
        partners = _partners(pairings, moved, signature)
        taken = {id(run) for run in partners.values()}
        kept = [each for each in pairings if each.new is not None or id(each.old) not in taken]
        pairings = [Pairing(partners.get(id(each.new), each.old), each.new) for each in kept]
    return pairings


def _partners(
    pairings: list[Pairing], moved: set[int], signature: Callable[[SiblingRun], Hashable]
) -> dict[int, SiblingRun]:
    """Return calls that are gone, by the identity of the call in their place."""
    waiting: dict[Hashable, deque[SiblingRun]] = {}
    for old, new in pairings:
        if old is not None and new is None and old.node.key not in moved and signature(old):
            waiting.setdefault(signature(old), deque()).append(old)
    found: dict[int, SiblingRun] = {}
    for old, new in pairings:
        if old is None and new is not None and new.node.key not in moved and waiting.get(signature(new)):
            found[id(new)] = waiting[signature(new)].popleft()
    return found


def _all_but_name(run: SiblingRun) -> Hashable:
    node = run.node
    inside = tuple((child.key, child.times) for child in node.children)
    telling = node.kind == "call" and (node.args or inside)
    return (run.times, blanked(node.args or ""), blanked(node.outcome), inside) if telling else None


def _last_name(run: SiblingRun) -> Hashable:
    node = run.node
    telling = node.kind == "call" and (node.args or node.children)
    return (run.times, blanked(node.args or ""), node.name.rpartition(".")[2]) if telling else None


def _unwrapped(pairings: list[Pairing]) -> Iterator[Pairing | Wrapping]:
    unpaired = [pairing for pairing in pairings if pairing.old is None or pairing.new is None]
    old = [pairing.old for pairing in unpaired if pairing.old and pairing.old.node.kind == "call"]
    new = [pairing.new for pairing in unpaired if pairing.new and pairing.new.node.kind == "call"]
    candidates = [*_candidates(new, old, is_new=True), *_candidates(old, new, is_new=False)]
    held, found = max(candidates, key=itemgetter(0), default=(0, None))
    if found is None or not held or 2 * held < len(found.others):
        yield from pairings
        return
    yield found
    inside = {id(run) for run in (found.around, *found.others)}
    yield from (each for each in pairings if not inside & {id(each.old), id(each.new)})


def _candidates(runs: list[SiblingRun], others: list[SiblingRun], *, is_new: bool) -> Iterator[tuple[int, Wrapping]]:
    """Yield wrappings by each of ``runs``, with how many of ``others`` have their name among its children."""
    # A part of a run cannot be compared with the calls inside without the rest of its copies.
    if any(other.times != other.node.times for other in others):
        return
    outside = Counter(other.node.name for other in others)
    for run in runs:
        inside = Counter(child.name for child in run.node.children if child.kind == "call")
        if inside and run.times == 1:
            held = sum(min(count, outside[name]) for name, count in inside.items())
            yield held, Wrapping(run, is_new, others)
