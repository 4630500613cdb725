"""`Limits`: what may be asked for."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.capture.limits import Limits


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "6"])
def test_a_limit_is_a_whole_number_of_at_least_one(value: Any) -> None:
    """A limit that could keep nothing is refused with its name and value."""
    with pytest.raises(ValueError, match=r"Limits\.depth must be (1 or more|a whole number), got"):
        Limits(depth=value)


def test_limits_do_not_change() -> None:
    """Limits are frozen, so a recording has one set of them."""
    limits = Limits()
    with pytest.raises(AttributeError):
        limits.depth = 7  # type: ignore[misc]
