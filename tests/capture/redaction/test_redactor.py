"""`Redactor`: what users can set."""

from __future__ import annotations

import re

import pytest

from snapy_instrument.capture.redaction.redactor import DEFAULT_SECRET_PATTERNS, Redactor, SecretPattern


def test_a_pattern_of_the_user_hides_its_whole_match() -> None:
    """A pattern without a group named secret hides all it matches, and replaces the defaults."""
    redactor = Redactor(patterns=[r"ACME-\d+"])
    assert redactor.text("id ACME-17, AKIAIOSFODNN7EXAMPLE") == "id <redacted>, AKIAIOSFODNN7EXAMPLE"


def test_a_pattern_is_added_to_the_defaults() -> None:
    """The defaults are a tuple to build on."""
    redactor = Redactor(patterns=[*DEFAULT_SECRET_PATTERNS, re.compile(r"ACME-(?P<secret>\d+)")])
    assert redactor.text("ACME-17 AKIAIOSFODNN7EXAMPLE") == "ACME-<redacted> <redacted>"


def test_a_bad_pattern_is_quoted() -> None:
    """A regular expression that does not compile is a ValueError that quotes it."""
    with pytest.raises(ValueError, match=re.escape("redaction pattern '(': ")):
        Redactor(patterns=["("])


def test_names_of_the_user_hide_pairs_in_texts() -> None:
    """``name=value`` in a text follows the same names as parameters do."""
    assert Redactor(names=["badge"]).text("badge=17&token=x") == "badge=<redacted>&token=x"


def test_a_check_decides_about_a_match() -> None:
    """A match whose check says no is left."""
    pattern = SecretPattern(re.compile(r"\d+"), check=lambda text: len(text) > 3)
    assert Redactor(patterns=[pattern]).text("12 12345") == "12 <redacted>"


def test_an_empty_match_is_no_secret() -> None:
    """A pattern that matches nothing at all hides nothing."""
    assert Redactor(patterns=[r"x*"]).text("aaa") == "aaa"
