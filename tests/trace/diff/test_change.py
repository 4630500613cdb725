"""One difference as a value with a phrase."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.diff import diff_traces


def changes(old: str, new: str) -> list[Change]:
    """The changes between two texts at standard."""
    diff = diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")
    return [*diff.changes, *diff.consequences]


CALLER = "m.f()\n  {}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("m.f(x=1)", "m.f(x=2)", "m.f called with x: 1 -> 2"),
        ("m.f() -> 1", "m.f() -> 2", "m.f returned 2, was 1"),
        ("m.f() -> 1", "m.f() raises E(1)", "m.f now raises E(1), had returned 1"),
        ("m.f() raises E(1)", "m.f()", "m.f no longer raises E(1), returned None"),
        ("m.f() raises E(1)", "m.f() raises D(1)", "m.f raises D(1), was E(1)"),
        ("m.f()", "m.f()\nm.g()", "m.g added at the top"),
        (CALLER.format("m.g()"), CALLER.format("m.h()"), "m.g removed under m.f"),
        ("m.f()", "m.f() [x3]", "m.f called 3 times, was 1, at the top"),
        ("m.f()\nm.g()", "m.g()\nm.f()", "m.f moved behind m.g at the top"),
    ],
)
def test_a_change_reads_as_the_report_says_it(old: str, new: str, expected: str) -> None:
    """Its text is the phrase of the summary."""
    assert str(changes(old, new)[0]) == expected


def test_a_change_says_which_of_several_calls_it_concerns() -> None:
    """Where the caller makes more than one of that name."""
    (change,) = changes("m.f(x=1)\nm.f(x=2)", "m.f(x=1)\nm.f(x=3)")
    assert str(change) == "m.f called with x: 2 -> 3 (call 2 of 2)"


def test_the_repr_of_a_change_is_its_phrase() -> None:
    """Without addresses, in a list, too."""
    assert repr(changes("m.f(x=1)", "m.f(x=2)")) == "[<Change: m.f called with x: 1 -> 2>]"


def test_a_place_reads_as_its_path() -> None:
    """From the outermost call; outside of all calls it is the top."""
    (change,) = changes(CALLER.format("m.g(x=1)"), CALLER.format("m.g(x=2)"))
    assert (str(change.place), repr(change.place)) == ("m.f > m.g", "<Place: m.f > m.g>")
    assert str(Place("", None, None, None)) == "the top"


def test_a_change_has_the_path_of_its_place() -> None:
    """Names alone."""
    (change,) = changes(CALLER.format("m.g(x=1)"), CALLER.format("m.g(x=2)"))
    assert change.path == ("m.f", "m.g")
