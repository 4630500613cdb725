"""Folding: each different subtree of a text is kept once, so equal ones are found by comparing numbers."""

from __future__ import annotations

__all__ = ["DEEPEST_INDENT", "Repeat", "Subtrees", "fold"]

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

Repeat: TypeAlias = tuple[int, int]
"""The number of a subtree, and how many times it follows in succession."""

_Subtree: TypeAlias = tuple[str, tuple[Repeat, ...]]

DEEPEST_INDENT = 200
"""Nesting that is shown by indentation; a deeper line begins with its depth, ``[201]``.

Indentation alone would make the text of a recursion 50,000 deep 5 GB long.
"""


def fold(numbers: Iterable[int]) -> tuple[Repeat, ...]:
    """Return the numbers of subtrees with consecutive equal ones counted."""
    repeats: list[Repeat] = []
    last, times = -1, 0
    for number in numbers:
        if number == last:
            times += 1
            continue
        if times:
            repeats.append((last, times))
        last, times = number, 1
    if times:
        repeats.append((last, times))
    return tuple(repeats)


class Subtrees:
    """The different subtrees of one text, numbered. Each is a first line and the subtrees inside it."""

    def __init__(self) -> None:
        self._numbers: dict[_Subtree, int] = {}
        self._leaves: dict[tuple[str, str], int] = {}
        self._subtrees: list[_Subtree] = []
        self._heights: list[int] = []

    def add(self, head: str, inside: tuple[Repeat, ...] = ()) -> int:
        """Return the number of a subtree; equal subtrees have equal numbers."""
        subtree = (head.rstrip(), inside)
        known = self._numbers.get(subtree)
        if known is None:
            known = self._numbers[subtree] = len(self._subtrees)
            self._subtrees.append(subtree)
        return known

    def add_leaf(self, head: str, outcome: str) -> int:
        """Return the number of a call on one line."""
        # The line is joined once: most leaves occur many times.
        leaf = (head, outcome)
        known = self._leaves.get(leaf)
        if known is None:
            known = self._leaves[leaf] = self.add(f"{head} {outcome}" if outcome else head)
        return known

    def height(self, repeats: Iterable[Repeat]) -> int:
        """Return how many lines ``repeats`` take."""
        heights = self._heights
        # A subtree has a greater number than those inside it.
        for _, inside in self._subtrees[len(heights) :]:
            heights.append(1 + sum([heights[number] for number, _ in inside]))
        return sum([heights[number] for number, _ in repeats])

    def lines(self, repeats: Iterable[Repeat], depth: int = 0) -> list[str]:
        """Return the lines of ``repeats``, indented from ``depth``."""
        out: list[str] = []
        subtrees = self._subtrees
        indents = [_indent(depth)]
        # Iterators in place of pairs of a subtree and its depth: half the time of a text.
        open_repeats = [iter(repeats)]
        while open_repeats:
            indent = indents[-1]
            for number, times in open_repeats[-1]:
                head, inside = subtrees[number]
                out.append(f"{indent}{head} [x{times}]" if times > 1 else indent + head)
                if inside:
                    open_repeats.append(iter(inside))
                    indents.append(_indent(depth + len(indents)))
                    break
            else:
                open_repeats.pop()
                indents.pop()
        return out


@lru_cache(maxsize=DEEPEST_INDENT)
def _indent(level: int) -> str:
    return "  " * level if level <= DEEPEST_INDENT else f"{'  ' * DEEPEST_INDENT}[{level}] "
