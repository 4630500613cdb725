"""Folding: each different subtree of a text is kept once, so equal ones are found by comparing numbers."""

from __future__ import annotations

__all__ = ["DEEPEST_INDENT", "Blocks", "Run", "fold"]

from collections.abc import Iterable
from typing import TypeAlias

Run: TypeAlias = tuple[int, int]
"""A block and how many times it stands there in succession."""

_Block: TypeAlias = tuple[str, tuple[Run, ...]]

DEEPEST_INDENT = 200
"""Nesting that is shown by indentation; a deeper line begins with its depth, ``[201]``.

Indentation alone would make the text of a recursion 50,000 deep 5 GB long.
"""


def fold(blocks: Iterable[int]) -> tuple[Run, ...]:
    """``blocks`` with consecutive equal ones counted."""
    runs: list[Run] = []
    last, times = -1, 0
    for block in blocks:
        if block == last:
            times += 1
            continue
        if times:
            runs.append((last, times))
        last, times = block, 1
    if times:
        runs.append((last, times))
    return tuple(runs)


class Blocks:
    """The different subtrees of one text, numbered. A block is a first line and the blocks under it."""

    def __init__(self) -> None:
        self._numbers: dict[_Block, int] = {}
        self._blocks: list[_Block] = []

    def add(self, head: str, inside: tuple[Run, ...] = ()) -> int:
        """The number of the subtree; equal subtrees have equal numbers."""
        block = (head.rstrip(), inside)
        known = self._numbers.get(block)
        if known is None:
            known = self._numbers[block] = len(self._blocks)
            self._blocks.append(block)
        return known

    def lines(self, runs: Iterable[Run], depth: int = 0) -> list[str]:
        """The lines of ``runs``, indented from ``depth``."""
        out: list[str] = []
        stack = [(run, depth) for run in runs][::-1]
        indents: list[str] = []
        while stack:
            (number, times), level = stack.pop()
            while level >= len(indents):
                indents.append(_indent(len(indents)))
            head, inside = self._blocks[number]
            out.append(f"{indents[level]}{head} [x{times}]" if times > 1 else indents[level] + head)
            if inside:
                below = level + 1
                stack.extend([(run, below) for run in reversed(inside)])
        return out


def _indent(level: int) -> str:
    return "  " * level if level <= DEEPEST_INDENT else f"{'  ' * DEEPEST_INDENT}[{level}] "
