"""How far two calls are from each other."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.object_numbers import number_subtrees
from snapy_instrument.trace.diff.parse import parse_traces
from snapy_instrument.trace.diff.sibling_runs import runs_of
from snapy_instrument.trace.diff.similarity import UNLIKE, Similarity, cheapest


def distance(old: str, new: str) -> float:
    """Of the first calls of two texts."""
    trees = parse_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")
    number_subtrees(*trees)
    return Similarity().distance(trees[0].roots[0], trees[1].roots[0])


def test_equal_subtrees_have_no_distance() -> None:
    """Whatever is in them."""
    assert distance("m.f(x=1)\n  m.g()", "m.f(x=1)\n  m.g()") == 0.0


def test_calls_of_other_names_are_never_paired() -> None:
    """However equal the rest is."""
    assert distance("m.f(x=1)", "m.g(x=1)") == float("inf")


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        ("m.f(x=1, y=2) -> 4", "m.f(x=1, y=3) -> 3"),
        ("m.f(x=1, y=3) -> 3", "m.f(x=5, y=6) -> 3"),
        ("m.f(x=1, y=2)\n  m.g()\n  -> 3", "m.f(x=1, y=9)\n  m.g()\n  -> 9"),
    ],
)
def test_more_in_common_is_nearer(nearer: str, farther: str) -> None:
    """Arguments weigh most."""
    origin = "m.f(x=1, y=2) -> 3"
    assert 0 < distance(origin, nearer) < distance(origin, farther) < UNLIKE


def test_equal_arguments_are_below_one() -> None:
    """So such a pair beats one call that is missing."""
    assert distance("m.f(x=1)\n  m.a()\n  -> 1", "m.f(x=1)\n  m.b()\n  -> 2") < 1.0


def test_the_cheapest_pairings_keep_the_order() -> None:
    """A call in between has no partner."""
    trees = parse_traces("trace v1 standard\nm.f(x=1)\nm.g()", "trace v1 standard\nm.f(x=1)\nm.h()\nm.g()")
    number_subtrees(*trees)
    found = cheapest(runs_of(trees[0].roots), runs_of(trees[1].roots), Similarity())
    names = [tuple(run.node.name if run else None for run in pairing) for pairing in found]
    assert names == [("m.f", "m.f"), (None, "m.h"), ("m.g", "m.g")]
