"""Calls that are given the name of a secret."""

from __future__ import annotations

from typing import Any

from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits
from snapy_instrument.recording.secret_lookups import look_up
from snapy_instrument.values import REDACTED


def shown(*values: Any, stars: tuple[int, ...] = ()) -> tuple[tuple[Any, ...], bool]:
    """Return what is shown of ``values``, and whether the result is a secret's."""
    capture = Capture(Limits())
    captured = tuple(map(capture.value, values))
    found, lookup = look_up(capture, values, captured, stars, described=False)
    return found, lookup is not None


def test_the_value_next_to_the_name_of_a_secret_is_hidden() -> None:
    """As in ``setdefault("API_KEY", value)``; the result is a secret's."""
    assert shown("API_KEY", "abcdef") == (("API_KEY", REDACTED), True)


def test_other_values_are_shown() -> None:
    """No name of a secret is among them."""
    assert shown("colour", "blue") == (("colour", "blue"), False)


def test_a_name_that_comes_last_hides_the_result_alone() -> None:
    """As in ``get("API_KEY")``."""
    assert shown("API_KEY") == (("API_KEY",), True)


def test_names_among_the_rest_are_found() -> None:
    """In ``*rest`` too."""
    found, secret = shown(("colour", "API_KEY", "abcdef"), stars=(0,))
    assert found == (("colour", "API_KEY", REDACTED),)
    assert secret
