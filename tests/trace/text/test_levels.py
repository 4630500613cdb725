"""Levels as data."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.text.levels import level_of, normal_level


@pytest.mark.parametrize(
    ("name", "shown"), [("minimal", (False, False)), ("standard", (True, False)), ("verbose", (True, True))]
)
def test_each_level_shows_what_the_one_before_shows(name: str, shown: tuple[bool, bool]) -> None:
    """And more: first values, then everything."""
    level = level_of(name)
    assert (level.name, (level.values, level.everything)) == (name, shown)


def test_detailed_is_an_alias() -> None:
    """A text has one name for it."""
    assert normal_level("detailed") == "standard"


@pytest.mark.parametrize("name", ["loud", "", None, []])
def test_an_unknown_level_is_quoted_with_the_choices(name: object) -> None:
    """Whatever its type is."""
    with pytest.raises(ValueError, match=r"unknown level .*: choose one of minimal, standard, detailed, verbose"):
        level_of(name)  # type: ignore[arg-type]
