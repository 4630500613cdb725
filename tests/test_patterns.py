"""The one type of pattern behind filters, selections and exclusions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument._patterns import Pattern, flags_text


@pytest.mark.parametrize(
    ("pattern", "module", "qualname", "expected"),
    [
        ("shop", "shop", "pay", True),
        ("shop", "shop.orders", "pay", False),
        ("shop.*", "shop", "pay", True),
        ("shop.*", "shop.orders.old", "pay", True),
        ("shop:pay", "shop", "pay", True),
        ("shop:pay", "shop", "refund", False),
        ("shop:*", "shop", "pay", True),
        ("*:pay", "bank", "pay", True),
        ("re:^sh", "shop", "pay", True),
        ("re:pay", "shop", "pay", False),
        (re.compile("^SHOP$", re.IGNORECASE), "shop", "pay", True),
    ],
)
def test_a_function_is_matched_by_its_module(
    pattern: str | re.Pattern[str], module: str, qualname: str, expected: bool
) -> None:
    """And by its qualified name where the pattern has one."""
    assert Pattern.parse(pattern).matches(module, qualname) is expected


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("shop.pay", "shop.pay", True),
        ("shop.pay.*", "shop.pay.<locals>.retry", True),
        ("shop.pay.<locals>.retry", "shop.pay.<locals>.retry", True),
        ("shop:pay", "shop.pay", True),
        ("shop:*", "shop.pay.<locals>.retry", True),
        ("bank:*", "shop.pay", False),
        ("re:pay$", "shop.pay", True),
    ],
)
def test_a_call_is_matched_by_its_full_name(pattern: str, name: str, expected: bool) -> None:
    """With the brackets of local functions, which no module has."""
    assert Pattern.parse(pattern, of_calls=True).matches_call("shop", name) is expected


@pytest.mark.parametrize(("pattern", "expected"), [("shop:pay", True), ("!shop:pay", False), ("!shop:*", True)])
def test_without_a_qualified_name_an_exclude_must_cover_all(pattern: str, expected: bool) -> None:
    """An include reaches a module by one of its functions; an exclude leaves the others."""
    assert Pattern.parse(pattern).matches("shop", None) is expected


def test_brackets_belong_to_calls() -> None:
    """No name of a module has them."""
    with pytest.raises(ValueError, match=r"bad pattern 'f\.<locals>': '<>' cannot be in a dotted name"):
        Pattern.parse("f.<locals>")


@pytest.mark.parametrize(
    "given", ["a..b", "!", "!!a", "re:(", "!re:", "a b", "a:b:c", re.compile(""), re.compile(b"x"), 3]
)
def test_an_error_quotes_what_was_given(given: object) -> None:
    """As the user wrote it, an exclamation mark included."""
    with pytest.raises(ValueError, match=re.escape(f"bad pattern {given!r}: ")):
        Pattern.parse(given)


def test_the_flags_of_a_compiled_regex_are_in_its_text() -> None:
    """So patterns that differ in them have different texts."""
    assert Pattern.parse(re.compile("x", re.IGNORECASE | re.DOTALL)).text == "re:(?is)x"


@given(st.sampled_from(["", "i", "im", "sx", "imsxa"]))
def test_flags_survive_as_text(letters: str) -> None:
    """A regex compiled from the text has the same flags."""
    compiled = re.compile(f"(?{letters})x" if letters else "x")
    assert re.compile(flags_text(compiled) + "x").flags == compiled.flags


def test_the_body_has_no_exclamation_mark() -> None:
    """The text keeps it."""
    pattern = Pattern.parse(" !shop.* ")
    assert (pattern.text, pattern.body, pattern.exclude) == ("!shop.*", "shop.*", True)
