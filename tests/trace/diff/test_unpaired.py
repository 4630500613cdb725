"""Lines that exist in one text only."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.change import Change
from snapy_instrument.trace.diff.diff import diff_traces


def changes(old: str, new: str) -> list[Change]:
    """All changes between two texts."""
    diff = diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")
    return [*diff.changes, *diff.consequences]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("m.a()", "m.a()\nm.b()", ("added", "m.b", 1)),
        ("m.a()\nm.b() [x3]", "m.a()", ("removed", "m.b", 3)),
        ("m.a()\nm.b()", "m.b()\nm.a()", ("moved", "m.a", 1)),
        ("m.a() [x2]", "m.a() [x5]", ("repeated", "m.a", 3)),
    ],
)
def test_a_line_without_a_partner_is_one_change(old: str, new: str, expected: tuple[str, str, int]) -> None:
    """The kind with the best explanation."""
    assert [(change.kind, change.name, change.times) for change in changes(old, new)] == [expected]


def test_a_call_may_move_to_another_caller() -> None:
    """The change has both places."""
    found = changes("m.a()\n  m.x(n=1)\nm.b()", "m.a()\nm.b()\n  m.x(n=1)")
    assert [(each.kind, str(each.origin), str(each.place)) for each in found] == [("moved", "m.a", "m.b > m.x")]


def test_what_is_moved_within_its_caller_has_no_origin() -> None:
    """It has the name of the call before it."""
    (change,) = changes("m.a()\nm.b()", "m.b()\nm.a()")
    assert (change.origin, change.after) == (None, "m.b")


def test_another_line_is_reported_in_the_place_of_its_call() -> None:
    """A marker is no call."""
    (change,) = changes("m.a()", "m.a()\n  [lost]")
    assert (change.kind, str(change.place), change.new) == ("marker", "m.a", "[lost]")


def test_more_copies_in_several_places_are_counted_once() -> None:
    """One change says how many there are now."""
    (change,) = changes("m.a()\nm.b()\nm.a()", "m.a() [x2]\nm.b()\nm.a() [x2]")
    assert (change.kind, change.old, change.new) == ("repeated", "2", "4")
