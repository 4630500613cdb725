"""A cause as a value: what it prints, what it equals, how it is ordered."""

from __future__ import annotations

import pytest

from snapy_instrument import Cause, TraceDiff, diff_traces


def diff(old: str, new: str) -> TraceDiff:
    """Compare two texts of traces without their headers."""
    return diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")


def only(old: str, new: str) -> Cause:
    """The one cause of a difference."""
    (cause,) = diff(old, new).causes
    return cause


PHRASES = [
    ("m.f(x=1, y='FR')", "m.f(x=1)", "m.f called with y: 'FR' removed"),
    ("m.f(x=[1, 2])", "m.f(x=[1, 3])", "m.f called with x[1]: 2 -> 3"),
    ("m.f(x=1) -> 1", "m.f(x=1) -> 2", "m.f returned 2, was 1"),
    ("m.f(x=1) -> {'a': 1}", "m.f(x=1) -> {'a': 2}", "m.f returned ['a']: 1 -> 2"),
    ("m.f(x=1)", "m.f(x=1) raises ValueError('x')", "m.f now raises ValueError('x'), had returned None"),
    ("m.f(x=1) raises ValueError('x')", "m.f(x=1)", "m.f no longer raises ValueError('x'), returned None"),
    (
        "m.f(x=1) raises ValueError('x')",
        "m.f(x=1) raises KeyError('x')",
        "m.f raises KeyError('x'), was ValueError('x')",
    ),
    ("m.f()\n  m.g()", "m.f()\n  m.g()\n  m.h()", "m.h added under m.f"),
    ("m.f()\n  m.g()\n  m.h()", "m.f()\n  m.g()", "m.h removed under m.f"),
    ("m.g()\nm.h()", "m.g()", "m.h removed at the top"),
    ("m.f()\n  m.g() [x2]", "m.f()\n  m.g()", "m.g called 1 time, was 2, under m.f"),
    ("m.f()\n  m.g(x=1) -> 2", "m.f()\n  m.h(x=1) -> 2", "m.h called in place of m.g under m.f"),
    ("m.f()\n  m.g(x=1)\n  m.h()", "m.f()\n  m.h()\n  m.g(x=1)", "m.g moved under m.f"),
    ("m.f()\n  [note a]", "m.f()\n  [note b]", "m.f says [note a] -> [note b]"),
    ("m.f()\n  yields 1", "m.f()\n  yields 2", "m.f yields 1 -> 2"),
    ("m.f() [+3 calls]", "m.f() [+4 calls]", "m.f hides other calls inside"),
]


@pytest.mark.parametrize(("old", "new", "expected"), PHRASES)
def test_it_prints_as_one_line(old: str, new: str, expected: str) -> None:
    """It names the function and what changed."""
    assert str(only(old, new)) == expected


def test_a_level_is_a_cause_of_its_own() -> None:
    """Whatever else changed."""
    (first, *_) = diff_traces("trace v1 minimal\nm.f", "trace v1 standard\nm.f()").causes
    assert str(first) == "the level is standard, was minimal: only what both levels show is compared"


def test_it_is_equal_across_traces() -> None:
    """Whatever else the traces hold, and however much follows."""
    one = only("m.f(x=10)\n  m.g(x=10)", "m.f(x=20)\n  m.g(x=20)")
    other = only("m.a()\n  m.f(x=10)", "m.a()\n  m.f(x=20)")
    assert one == other
    assert hash(one) == hash(other)
    assert one.id == other.id
    assert (one.consequences, other.consequences) == (1, 0)


def test_it_differs_by_its_values() -> None:
    """Their keys are equal."""
    one, other = only("m.f(x=1)", "m.f(x=2)"), only("m.f(x=1)", "m.f(x=3)")
    assert one != other
    assert one.id != other.id
    assert one.key == other.key == ("argument", "m.f", "x")


def test_causes_are_ordered() -> None:
    """By kind, function, place, and values."""
    found = [Cause("result", "m.f"), Cause("argument", "m.g", "x", "1", "2"), Cause("argument", "m.g", "x", "1", "1")]
    assert sorted(found) == [found[2], found[1], found[0]]


def test_it_cannot_be_changed() -> None:
    """So it can be the key of a dict."""
    with pytest.raises(AttributeError):
        Cause("result", "m.f").old = "1"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("m.f(x=1)\nm.f(x=2)", "m.f(x=5)\nm.f(x=6)", "m.f called with x: other values"),
        ("m.f(x=1)\nm.f(x=2)", "m.f(x=1, y=5)\nm.f(x=2, y=6)", "m.f called with y: ... added"),
        ("m.f(x=1) -> 1\nm.f(x=2) -> 2", "m.f(x=1) -> 5\nm.f(x=2) -> 6", "m.f returned other values"),
        ("m.f(x=1) -> 1\nm.f(x=2) -> 2", "m.f(x=1)\nm.f(x=2)", "m.f returned None, was ..."),
        (
            "m.f(x=1)\nm.f(x=2)",
            "m.f(x=1) raises ValueError(1)\nm.f(x=2) raises ValueError(2)",
            "m.f now raises ValueError(...), had returned None",
        ),
        (
            "m.f(x=1)\n  m.g()\nm.f(x=2)\n  m.g() [x2]",
            "m.f(x=1)\n  m.g() [x2]\nm.f(x=2)\n  m.g() [x3]",
            "m.g called more times under m.f",
        ),
        (
            "m.f(x=1)\n  m.g()\nm.f(x=2)\n  m.g() [x3]",
            "m.f(x=1)\n  m.g() [x2]\nm.f(x=2)\n  m.g() [x2]",
            "m.g called more or fewer times under m.f",
        ),
    ],
)
def test_occurrences_that_differ_in_values_are_one_cause(old: str, new: str, expected: str) -> None:
    """What varies is left out."""
    assert str(only(old, new)) == expected
