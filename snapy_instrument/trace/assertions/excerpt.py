"""An excerpt of a trace's text, with marks at the calls that a message is about."""

from __future__ import annotations

__all__ = ["marked_lines"]

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from snapy_instrument._words import count, shorten
from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.text.layout import Layout

_MOST_LINES = 40
_MOST_MARKED = 12
_MOST_ALIKE = 2
_LONGEST = 160


def marked_lines(layout: Layout, nodes: Iterable[CallNode], most: int = _MOST_LINES) -> list[str]:
    """Return the text of a trace, bounded: ``> `` before the lines of ``nodes``, two spaces before others.

    A long text is reduced to those lines, the first of them with the calls around them; ``...`` lines count what is
    left out. A call that the text hides is marked at the line that hides it.
    """
    lines = layout.text.split("\n")
    marked = sorted({layout.line_of[node.number] for node in nodes})
    kept = range(len(lines)) if len(lines) <= most else sorted(_chosen(lines, marked, most))
    return list(_written(lines, kept, set(marked)))


def _chosen(lines: Sequence[str], marked: Sequence[int], most: int) -> set[int]:
    """Return the header, marked lines, the callers of each, lines near them, then lines from the top."""
    first = [*marked[: _MOST_MARKED - 2], *marked[-2:]]
    callers, ranks = _relatives(lines)
    chosen = {0, *first}
    near = (place + step for place in first for step in (-1, 1))
    others = (place for place, rank in enumerate(ranks) if rank < _MOST_ALIKE)
    for place in chain(_chain_up(first, callers), near, others):
        if len(chosen) >= most:
            break
        if 0 <= place < len(lines):
            chosen.add(place)
    return chosen


def _relatives(lines: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return for each line the index of the line around it (0 for the outermost), and how many similar precede it."""
    callers: list[int] = []
    ranks: list[int] = []
    alike: Counter[tuple[int, str]] = Counter()
    open_lines: list[tuple[int, int]] = []
    for place, line in enumerate(lines):
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        while open_lines and open_lines[-1][0] >= indent:
            open_lines.pop()
        callers.append(open_lines[-1][1] if open_lines else 0)
        name = (callers[-1], text.partition("(")[0].partition(" ")[0])
        ranks.append(alike[name])
        alike[name] += 1
        open_lines.append((indent, place))
    return callers, ranks


def _chain_up(first: Sequence[int], callers: Sequence[int]) -> Iterator[int]:
    """Yield the nearest caller of each line, then the next one of each."""
    level = list(first)
    while level := [callers[place] for place in level if callers[place]]:
        yield from level


def _written(lines: Sequence[str], kept: Iterable[int], marked: set[int]) -> Iterator[str]:
    last = -1
    for place in [*kept, len(lines)]:
        if left := place - last - 1:
            yield f"  ... {count(left, 'line')}"
        if place < len(lines):
            yield f"{'>' if place in marked else ' '} {shorten(lines[place], _LONGEST)}"
        last = place
