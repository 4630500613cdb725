"""Places where two sequences of numbers are equal: increasing pairs and edit scripts."""

from __future__ import annotations

__all__ = ["Anchors", "EditScript", "edit_script", "increasing"]

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

Anchors: TypeAlias = list[tuple[int, int]]
"""Places in both sequences; both increase."""

_MOST_EDITS = 64


class EditScript(NamedTuple):
    """A part of an edit script.

    Attributes:
        anchors: Places that it keeps.
        end: Where it ends in both sequences.
        steps: What it cost.
    """

    anchors: Anchors
    end: tuple[int, int]
    steps: int


def increasing(pairs: Anchors) -> Anchors:
    """Return the longest part of ``pairs``, sorted by the first places, in which the second ones increase, too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [place]
    found = []
    place = last[-1] if last else -1
    while place >= 0:
        found.append(pairs[place])
        place = before[place]
    return found[::-1]


def edit_script(old: Sequence[int], new: Sequence[int], i: int, j: int, most: int) -> EditScript:
    """Return the shortest edit script of what follows ``i`` and ``j`` (Myers), or its beginning.

    After 64 edits or ``most`` steps the path that came farthest wins.
    """
    reached = {1: 0}
    history: list[dict[int, int]] = []
    steps = 0
    for edits in range(_MOST_EDITS):
        history.append(dict(reached))
        for k in range(-edits, edits + 1, 2):
            start = _start(reached, k, edits)
            reached[k] = x = _follow(old, new, i, j, start, k)
            steps += 1 + x - start
            if i + x >= len(old) and j + x - k >= len(new):
                return EditScript(_kept(history, i, j, k, x), (i + x, j + x - k), steps)
        if steps > most:
            break
    k = _farthest(reached, len(old) - i, len(new) - j, len(history) - 1)
    x = reached[k]
    return EditScript(_kept(history, i, j, k, x), (i + x, j + x - k), steps)


def _start(reached: dict[int, int], k: int, edits: int) -> int:
    down = k == -edits or (k != edits and reached[k - 1] < reached[k + 1])
    return reached[k + 1] if down else reached[k - 1] + 1


def _follow(old: Sequence[int], new: Sequence[int], i: int, j: int, x: int, k: int) -> int:
    x, y = i + x, j + x - k
    while x < len(old) and y < len(new) and old[x] == new[y]:
        x, y = x + 1, y + 1
    return x - i


def _farthest(reached: dict[int, int], width: int, height: int, edits: int) -> int:
    inside = [k for k in range(-edits, edits + 1, 2) if reached[k] <= width and reached[k] - k <= height]
    return max(inside, key=lambda k: (2 * reached[k] - k, -abs(k)))


def _kept(history: list[dict[int, int]], i: int, j: int, k: int, x: int) -> Anchors:
    found: Anchors = []
    for edits in range(len(history) - 1, -1, -1):
        start = _start(history[edits], k, edits)
        found.extend((i + at, j + at - k) for at in range(x - 1, start - 1, -1))
        if edits == 0:
            break
        down = start == history[edits].get(k + 1) and (k == -edits or (k != edits and history[edits][k - 1] < start))
        k, x = (k + 1, start) if down else (k - 1, start - 1)
    return found[::-1]
