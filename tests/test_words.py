"""What messages share."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from snapy_instrument._words import count, either, number, shorten, whole_number


@pytest.mark.parametrize(("many", "expected"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls")])
def test_a_counted_noun_agrees_with_its_number(many: int, expected: str) -> None:
    """One is singular, nothing is plural."""
    assert count(many, "call") == expected


def test_an_irregular_plural_is_passed() -> None:
    """It is used for every number but one."""
    assert [count(1, "entry", "entries"), count(3, "entry", "entries")] == ["1 entry", "3 entries"]


@pytest.mark.parametrize(("names", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), ("abc", "a, b or c")])
def test_the_last_of_several_names_is_joined_by_a_word(names: list[str], expected: str) -> None:
    """One name stays alone."""
    assert either(names) == expected


def test_another_word_may_join() -> None:
    """As in a list of things that all hold."""
    assert either(["a", "b"], "and") == "a and b"


@pytest.mark.parametrize(("text", "expected"), [("abcdefgh", "abcdefgh"), ("abcdefghi", "abcde...")])
def test_a_long_text_is_cut_to_its_length(text: str, expected: str) -> None:
    """The three dots count."""
    assert shorten(text, 8) == expected


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        (-5, {"no_limit": -1}, "n must be 0 or more (or -1 for no limit), got -5"),
        (0, {"least": 1}, "n must be 1 or more, got 0"),
        (18, {"least": 1, "most": 17}, "n must be from 1 to 17, got 18"),
        (1.0, {}, "n must be a whole number, got 1.0"),
        (True, {}, "n must be a whole number, got True"),
        (None, {}, "n must be a whole number, got None"),
    ],
)
def test_the_message_names_the_range_and_the_value(value: Any, options: dict[str, int], message: str) -> None:
    """And what means no limit, where that is allowed."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        whole_number("n", value, **options)


def test_a_whole_number_in_the_range_is_returned() -> None:
    """The number that means no limit too."""
    assert [whole_number("n", each, no_limit=-1, most=3) for each in (-1, 0, 3)] == [-1, 0, 3]


@pytest.mark.parametrize(
    ("value", "message"),
    [(-0.5, "n must be 0 or more, got -0.5"), (math.nan, "n must be 0 or more, got nan"), ("1", "n must be a number")],
)
def test_a_number_is_zero_or_more(value: Any, message: str) -> None:
    """What cannot be compared is no number of 0 or more."""
    with pytest.raises(ValueError, match=re.escape(message)):
        number("n", value)
    assert (number("n", 0), number("n", 1.5)) == (0, 1.5)
