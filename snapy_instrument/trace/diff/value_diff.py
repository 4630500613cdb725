"""Finds where two texts of a value differ inside: ``items[1].qty: 1 -> 2``."""

from __future__ import annotations

__all__ = ["Agree", "ValueChange", "argument_changes", "value_changes"]

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest
from operator import eq
from typing import NamedTuple, TypeAlias

from snapy_instrument.trace.diff.object_numbers import blanked
from snapy_instrument.trace.text.value_syntax import Parts, parts_of, split_arguments

Agree: TypeAlias = Callable[[str, str], bool]
"""Whether an old and a new text represent the same value."""

_NamedText: TypeAlias = tuple[str, str]
_Pair: TypeAlias = tuple[str, str | None, str | None]

_MOST_CHANGES = 20
_MOST_ALIGNED = 200


class ValueChange(NamedTuple):
    """One difference inside a value.

    Attributes:
        where: The path to it: ``items[1].qty``; empty for the whole value.
        old: The old text, empty where the member is new.
        new: The new text, empty where the member is gone.
    """

    where: str
    old: str
    new: str

    def __str__(self) -> str:
        if not self.old or not self.new:
            text = f"{self.new} added" if self.new else f"{self.old} removed"
        else:
            text = f"{self.old} -> {self.new}{' (another object)' * (blanked(self.old) == blanked(self.new))}"
        return f"{self.where}: {text}" if self.where else text


def value_changes(old: str, new: str, agree: Agree, where: str = "") -> tuple[ValueChange, ...]:
    """Return the innermost differences in the order of the text, at most 20; none where the values agree."""
    if agree(old, new):
        return ()
    return _changes([(where, old, new)], agree) or (ValueChange(where, old, new),)


def argument_changes(old: str, new: str, agree: Agree) -> tuple[ValueChange, ...]:
    """Return the same for two argument lists."""
    if "#" not in old and "#" not in new:
        return _plain_arguments(old, new)
    pairs = [*_members(split_arguments(old), split_arguments(new))]
    return _changes(pairs, agree) or (ValueChange("", old, new),)


@lru_cache(maxsize=4096)
def _plain_arguments(old: str, new: str) -> tuple[ValueChange, ...]:
    """Compare arguments without objects, which agree where they are equal."""
    pairs = [*_members(split_arguments(old), split_arguments(new))]
    return _changes(pairs, eq) or (ValueChange("", old, new),)


def _changes(pairs: Sequence[_Pair], agree: Agree) -> tuple[ValueChange, ...]:
    found: list[ValueChange] = []
    stack = [pair for pair in reversed(pairs) if pair[1] != pair[2] or "#" in (pair[1] or "")]
    while stack and len(found) < _MOST_CHANGES:
        where, old, new = stack.pop()
        if old is None or new is None:
            found.append(ValueChange(where, old or "", new or ""))
        elif not agree(old, new):
            inside = _inside(where, old, new)
            stack.extend(reversed(inside))
            if not inside:
                found.append(ValueChange(where, old, new))
    return tuple(found)


def _inside(where: str, old: str, new: str) -> list[_Pair]:
    """Return the members that may differ; none where the values have to be shown whole."""
    mine, yours = parts_of(old), parts_of(new)
    if mine is None or yours is None or mine.begins != yours.begins or mine.ordered != yours.ordered:
        return []
    inside = [*_members(mine.members, yours.members)] if mine.ordered else [*_elements(mine, yours)]
    if mine.ends != yours.ends:
        inside.append(("[...]", _cut(mine), _cut(yours)))
    if old != new and all(before == after for _, before, after in inside):
        return []  # the keys of a dict in another order
    return [(f"{where}{step}", old, new) for step, old, new in inside]


def _cut(parts: Parts) -> str | None:
    return parts.ends[1:].removeprefix("...") or None


def _elements(old: Parts, new: Parts) -> Iterator[_Pair]:
    mine, yours = {text for _, text in old.members}, {text for _, text in new.members}
    yield from (("", text, None) for _, text in old.members if text not in yours)
    yield from (("", None, text) for _, text in new.members if text not in mine)


def _members(old: Sequence[_NamedText], new: Sequence[_NamedText]) -> Iterator[_Pair]:
    places = [step for step, _ in old], [step for step, _ in new]
    if places[0] == places[1]:
        yield from [(step, text, other) for (step, text), (_, other) in zip(old, new, strict=True)]
    elif all(step == f"[{place}]" for steps in places for place, step in enumerate(steps)):
        yield from _positions([text for _, text in old], [text for _, text in new])
    else:
        yield from _named(dict(old), dict(new))


def _named(old: dict[str, str], new: dict[str, str]) -> Iterator[_Pair]:
    yield from ((step, text, new.get(step)) for step, text in old.items())
    yield from ((step, None, text) for step, text in new.items() if step not in old)


def _positions(old: Sequence[str], new: Sequence[str]) -> Iterator[_Pair]:
    """Pair the members of lists of different length: what is equal on both sides keeps its place."""
    if max(len(old), len(new)) > _MOST_ALIGNED:
        yield from ((f"[{i}]", mine, yours) for i, (mine, yours) in enumerate(zip_longest(old, new)))
        return
    match = SequenceMatcher(None, [*map(blanked, old)], [*map(blanked, new)], autojunk=False)
    for _, i, i_end, j, j_end in match.get_opcodes():
        both = min(i_end - i, j_end - j)
        yield from ((f"[{j + place}]", old[i + place], new[j + place]) for place in range(both))
        yield from ((f"[{place}]", old[place], None) for place in range(i + both, i_end))
        yield from ((f"[{place}]", None, new[place]) for place in range(j + both, j_end))
