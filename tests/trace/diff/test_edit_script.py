"""Where two sequences of numbers are equal."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.trace.diff.edit_script import edit_script, increasing

NUMBERS = st.lists(st.integers(0, 4), max_size=12)


def longest(old: list[int], new: list[int]) -> int:
    """The length of the longest common subsequence, by the textbook."""
    row = [0] * (len(new) + 1)
    for mine in old:
        row = [0, *row[1:]] if not new else row
        above, diagonal = row[:], 0
        for j, yours in enumerate(new, 1):
            diagonal = above[j - 1]
            row[j] = diagonal + 1 if mine == yours else max(above[j], row[j - 1])
    return row[-1]


@given(NUMBERS, NUMBERS)
def test_a_script_keeps_as_much_as_possible(old: list[int], new: list[int]) -> None:
    """It is the shortest one, where its bounds allow."""
    script = edit_script(old, new, 0, 0, 10_000)
    assert len(script.anchors) == longest(old, new)


@given(NUMBERS, NUMBERS)
def test_anchors_are_equal_on_both_sides(old: list[int], new: list[int]) -> None:
    """And increase on both."""
    anchors = edit_script(old, new, 0, 0, 10_000).anchors
    assert all(old[i] == new[j] for i, j in anchors)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(anchors))


def test_a_bounded_script_ends_early() -> None:
    """What remains is for another one."""
    script = edit_script([1, 2, 3, 4] * 20, [5, 6, 7, 8] * 20, 0, 0, 10)
    assert script.end != (80, 80)


def test_the_longest_increasing_part_is_kept() -> None:
    """Of pairs that cross."""
    assert increasing([(0, 3), (1, 0), (2, 1), (3, 2)]) == [(1, 0), (2, 1), (3, 2)]


def test_nothing_has_no_increasing_part() -> None:
    """And no pairs."""
    assert increasing([]) == []
