"""Matching the lines under one call."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.trace.diff import alignment as match
from snapy_instrument.trace.diff.alignment import Aligner
from snapy_instrument.trace.diff.edit_script import edit_script, increasing
from snapy_instrument.trace.diff.object_numbers import number_subtrees
from snapy_instrument.trace.diff.parse import TextNode, parse_traces
from snapy_instrument.trace.diff.sibling_runs import Pairing

KEYS = st.lists(st.integers(0, 3), max_size=12)


def siblings(*lines: str) -> list[list[TextNode]]:
    """Calls described by words: ``a1*3`` is ``a(x=1) [x3]``, one text for each line; with keys."""
    texts = []
    for line in lines:
        calls = (word.partition("*") for word in line.split())
        shown = [f"{name[0]}(x={name[1:]})" + (f" [x{times}]" if times else "") for name, _, times in calls]
        texts.append("\n".join(["trace v1 standard", *shown]))
    trees = parse_traces(*texts)
    number_subtrees(*trees)
    return [tree.roots for tree in trees]


def found(pairings: list[Pairing]) -> str:
    """``a1/a2`` for two in the same place, ``-a1`` and ``+a1`` for one alone; equal ones are left out."""
    words = []
    for old, new in pairings:
        mine, yours = (f"{each.node.name}{(each.node.args or '')[2:]}" if each else "" for each in (old, new))
        times = f"*{each.times}" if (each := old or new) and each.times > 1 else ""
        if mine and yours:
            words += [f"{mine}/{yours}{times}"] if mine != yours else []
        else:
            words.append(f"-{mine}{times}" if mine else f"+{yours}{times}")
    return " ".join(words)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a1 b1", "a1 b1", ""),
        ("a1 b1 c1", "a1 c1", "-b1"),
        ("a1 c1", "a1 b1 c1", "+b1"),
        ("a1 b1 c1", "a1 b2 c1", "b1/b2"),
        ("a1 b1", "b1 a1", "-a1 +a1"),
        ("a1 a2", "a2 a1", "-a1 +a1"),
        ("a1 a2 a3", "a2 a3 a4", "-a1 +a4"),
        ("a1*3", "a1*5", "+a1*2"),
        ("a1*300", "a1*279 a2 a1*20", "a1/a2"),
        ("a1*200", "a1*50 a2 a1*89 a3 a1*59", "a1/a2 a1/a3"),
        ("a1*2 b1", "a1 c1 a1 b1", "+c1"),
        ("a1*300 b1", "a2*300 b2", "a1/a2*300 b1/b2"),
        ("", "a1", "+a1"),
    ],
)
def test_least_that_can_have_changed(old: str, new: str, expected: str) -> None:
    """Equal calls keep their order, and calls of one name are rather changed than removed and added."""
    assert found(Aligner().in_order(*siblings(old, new))) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("a1 b1", "b1 a1", ""), ("a1*3 b1", "b2 a1*2", "b1/b2 -a1"), ("a1*3", "a1 b1 a1*2", "+b1")],
)
def test_order_may_mean_nothing(old: str, new: str, expected: str) -> None:
    """Equal calls are the same wherever they stand."""
    assert sorted(found(Aligner().in_any_order(*siblings(old, new))).split()) == sorted(expected.split())


WORDS = st.lists(st.sampled_from(["a1", "a2", "b1", "b2", "c1", "a1*3"]), max_size=15).map(" ".join)
LIMITS = [
    {},
    {"_MOST_CELLS": 0},
    {"_MOST_CELLS": 0, "_ALL_STEPS": 0},
    {"_MOST_CELLS": 6},
    {"_LOOK_AHEAD": 1, "_MOST_CELLS": 0},
]


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("in_order", [True, False])
def test_nothing_is_lost(limits: dict[str, int], in_order: bool) -> None:
    """In small pieces and long ones, no copy has two places, and as many are equal on both sides."""

    @settings(deadline=None, max_examples=60)
    @given(WORDS, WORDS)
    def check(old: str, new: str) -> None:
        mine, yours = siblings(old, new)
        matcher = Aligner()
        pairings = (matcher.in_order if in_order else matcher.in_any_order)(mine, yours)
        for side, nodes in enumerate((mine, yours)):
            places = [at for each in pairings if (run := each[side]) for at in range(run.at, run.at + run.times)]
            assert len(places) == len(set(places)) <= sum(node.times for node in nodes)
            assert not in_order or places == sorted(places)
        left = [sum(run.times for each in pairings if (run := each[side]) and not each[1 - side]) for side in (0, 1)]
        assert sum(node.times for node in mine) - left[0] == sum(node.times for node in yours) - left[1]

    with pytest.MonkeyPatch.context() as patch:
        for name, value in limits.items():
            patch.setattr(match, name, value)
        check()


def test_long_lists_are_matched_by_name() -> None:
    """Where nothing is equal, calls of one name stand in each other's place."""
    old = " ".join(f"{'abc'[n % 3]}{n}" for n in range(1, 600))
    new = " ".join(f"{'abc'[n % 3]}{n + 1000}" for n in range(1, 600) if n != 301)
    assert found(Aligner().in_order(*siblings(old, new))).count("/") == 598


# -- edit scripts -----------------------------------------------------------------------------------------


@settings(deadline=None)
@given(KEYS, KEYS)
def test_edit_script_is_the_shortest(old: list[int], new: list[int]) -> None:
    """It keeps as many equal numbers as there are in common, in order."""

    @cache
    def longest(i: int, j: int) -> int:
        if i == len(old) or j == len(new):
            return 0
        if old[i] == new[j]:
            return 1 + longest(i + 1, j + 1)
        return max(longest(i + 1, j), longest(i, j + 1))

    script = edit_script(old, new, 0, 0, 10_000)
    assert all(old[i] == new[j] for i, j in script.anchors)
    assert all(a < c and b < d for (a, b), (c, d) in zip(script.anchors, script.anchors[1:], strict=False))
    assert len(script.anchors) == longest(0, 0)


def test_edit_script_ends_after_64_edits() -> None:
    """Of a longer one the beginning is given, up to where one comes farthest."""
    old = [*range(10), *range(100, 200), *range(20)]
    new = [*range(10), *range(300, 400), *range(20)]
    script = edit_script(old, new, 0, 0, 10_000)
    assert script.anchors == [(n, n) for n in range(10)]
    assert 10 < sum(script.end) < 200


@settings(deadline=None)
@given(st.lists(st.integers(0, 20), unique=True))
def test_longest_increasing_part(numbers: list[int]) -> None:
    """No increasing part is longer."""
    found = increasing(list(enumerate(numbers)))
    lengths: list[int] = []
    for place, number in enumerate(numbers):
        lengths.append(1 + max((lengths[i] for i in range(place) if numbers[i] < number), default=0))
    assert found == sorted(found)
    assert [each for _, each in found] == sorted(each for _, each in found)
    assert len(found) == max(lengths, default=0)
