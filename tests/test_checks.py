"""Checks of numbers that users give."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from snapy_instrument._checks import number, whole_number


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
