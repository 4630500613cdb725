"""Runs of identical siblings."""

from __future__ import annotations

from snapy_instrument.trace.diff.object_numbers import number_subtrees
from snapy_instrument.trace.diff.parse import parse_traces
from snapy_instrument.trace.diff.sibling_runs import (
    Pairing,
    SiblingRun,
    apart,
    equal_end,
    equal_start,
    joined,
    pair,
    runs_of,
    singles,
)


def runs(*texts: str) -> list[list[SiblingRun]]:
    """The runs of texts such as ``a b*3``, with keys that can be compared."""
    found = []
    for text in texts:
        words = [word.partition("*") for word in text.split()]
        found.append("\n".join(["trace v1 minimal", *(f"{name} [x{n}]" if n else name for name, _, n in words)]))
    trees = parse_traces(*found)
    number_subtrees(*trees)
    return [runs_of(tree.roots) for tree in trees]


def words(pairings: list[Pairing]) -> list[str]:
    """``a*2/b*2`` for a pair, ``a/`` and ``/b`` for one without a partner."""
    return ["/".join(f"{run.node.name}*{run.times}" if run else "" for run in pairing) for pairing in pairings]


def test_a_run_counts_the_siblings_before_it() -> None:
    """With their copies."""
    (found, _) = runs("a b*3 c", "a")
    assert [(run.node.name, run.at, run.times) for run in found] == [("a", 0, 1), ("b", 1, 3), ("c", 4, 1)]


def test_a_short_run_is_taken_apart() -> None:
    """A copy each."""
    (found, _) = runs("a*3", "a")
    assert [(run.at, run.times) for run in singles(found)] == [(0, 1), (1, 1), (2, 1)]


def test_a_long_run_is_not_taken_apart() -> None:
    """It would take too long to align."""
    (found, _) = runs("a*101", "a")
    assert singles(found) == found


def test_a_pair_leaves_what_one_side_has_more() -> None:
    """Without a partner."""
    old, new = runs("a*5", "b*2")
    assert words(pair(old[0], new[0])) == ["a*2/b*2", "a*3/"]


def test_runs_apart_have_no_partners() -> None:
    """The old ones first."""
    old, new = runs("a", "b")
    assert words([*apart(old, new)]) == ["a*1/", "/b*1"]


def test_an_equal_start_is_taken_off() -> None:
    """The part of a run that is equal, too."""
    pairings, old, new = equal_start(*runs("a b*5 c", "a b*3 d"))
    assert (words(pairings), [run.times for run in old], [run.times for run in new]) == (["b*3/b*3"], [2, 1], [1])


def test_an_equal_end_is_taken_off() -> None:
    """Its first pairing is kept, as the end of what comes before."""
    pairings, old, new = equal_end(*runs("x a b", "y a b"))
    assert (words(pairings), len(old), len(new)) == (["a*1/a*1"], 1, 1)


def test_successive_copies_are_joined() -> None:
    """What was cut into pieces is one pairing again."""
    old, new = runs("a*4", "b*4")
    parts = [Pairing(SiblingRun(old[0].node, at, 2), SiblingRun(new[0].node, at, 2)) for at in (0, 2)]
    assert words(joined(parts)) == ["a*4/b*4"]
