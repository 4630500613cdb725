"""Outcomes of calls, and kinds of their changes."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.outcomes import Outcome, ending, follows, kind_of_change

RETURNED, RAISED, PASSED = Outcome(False, "3"), Outcome(True, "ValueError('x')"), Outcome(True, "^ValueError")


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        ("-> 3", "standard", RETURNED),
        ("raises ValueError('x')", "standard", RAISED),
        ("raises ^ValueError", "verbose", PASSED),
        ("", "standard", Outcome(False, "None")),
        ("", "minimal", Outcome(False, "")),
    ],
)
def test_an_outcome_is_read_from_its_text(text: str, level: str, expected: Outcome) -> None:
    """No text is a result of None, but at minimal nothing is known."""
    assert ending(text, level) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (RETURNED, RETURNED, "result"),
        (RETURNED, RAISED, "raises"),
        (RAISED, RETURNED, "no longer raises"),
        (RAISED, PASSED, "exception"),
    ],
)
def test_the_kind_of_a_change(old: Outcome, new: Outcome, expected: str) -> None:
    """By what each side is."""
    assert kind_of_change(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (RETURNED, Outcome(False, "4"), True),
        (RETURNED, PASSED, True),
        (RETURNED, RAISED, False),
        (RAISED, Outcome(True, "ValueError('y')"), True),
        (RAISED, Outcome(True, "KeyError('x')"), False),
    ],
)
def test_an_exception_that_begins_here_does_not_follow(old: Outcome, new: Outcome, expected: bool) -> None:
    """A changed result, and an exception of a call inside, do."""
    assert follows(old, new) is expected


def test_the_type_of_an_exception_that_passes() -> None:
    """Without the mark in front of it."""
    assert [RAISED.type_name, PASSED.type_name] == ["ValueError"] * 2
