"""Small pieces of sentences."""

from __future__ import annotations

import pytest

from snapy_instrument._words import count, either, shorten


@pytest.mark.parametrize(("number", "expected"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls")])
def test_a_counted_noun_agrees_with_its_number(number: int, expected: str) -> None:
    """One is singular, nothing is plural."""
    assert count(number, "call") == expected


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
