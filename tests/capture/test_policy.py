"""The policy of one recording."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.policy import Policy, hides
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.capture.redaction.names import Secrecy
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.values import REDACTED, UNSET, Mark


class Text(str):
    """A text of the program."""


class Name(enum.StrEnum):
    """A text that is an Enum: a name of the program, not a text of a user."""

    PASSWORD = "password"


@pytest.fixture
def policy() -> Policy:
    """One with the default names."""
    return Policy(Limits(), Redactor())


@pytest.mark.parametrize("value", [None, True, False, UNSET])
@pytest.mark.parametrize("secrecy", list(Secrecy))
def test_there_is_nothing_to_hide_in_a_yes_or_a_no(secrecy: Secrecy, value: Any) -> None:
    """Under no name."""
    assert not hides(secrecy, value)


@pytest.mark.parametrize(
    ("value", "by_always", "by_text"),
    [
        ("x", True, True),
        (b"x", True, True),
        (bytearray(b"x"), True, True),
        (Text("x"), True, True),
        (5, True, False),
        (Name.PASSWORD, True, False),
        ([1], True, False),
        (object(), True, False),
    ],
)
def test_some_names_hide_everything_and_some_hide_texts(value: Any, by_always: bool, by_text: bool) -> None:
    """And all others hide nothing."""
    assert [hides(secrecy, value) for secrecy in (Secrecy.ALWAYS, Secrecy.TEXT, Secrecy.NEVER)] == [
        by_always,
        by_text,
        False,
    ]


@pytest.mark.parametrize(
    ("key", "hidden"),
    [
        ("password", True),
        (b"password", True),
        (Text("password"), True),
        ("name", False),
        (b"name", False),
        (5, False),
        (None, False),
        (1.5, False),
        (Name.PASSWORD, False),
        (("password",), False),
    ],
)
def test_a_key_is_a_name_where_it_is_a_text(policy: Policy, key: Any, hidden: bool) -> None:
    """Of any class but an Enum."""
    assert policy.hides_under(key, "x") == hidden


def test_fields_are_redacted_by_their_names(policy: Policy) -> None:
    """Parts without a name never."""
    values = ["ann", "hunter2", "hunter2"]
    assert policy.redacted_fields(("user", "password", None), values) == ["ann", REDACTED, "hunter2"]


def test_names_without_a_secret_are_remembered(policy: Policy) -> None:
    """So the values of the next object with these fields are returned as they are."""
    values = [1, 2]
    assert policy.redacted_fields(("left", "right"), values) is values
    assert policy.harmless == {("left", "right")}


def test_a_lookup_hides_texts_next_to_the_name() -> None:
    """And under the strictest names numbers and containers too."""
    assert hides(Lookup("api_key", Secrecy.ALWAYS), "x")
    assert hides(Lookup("api_key", Secrecy.ALWAYS), 5)
    assert not hides(Lookup("token", Secrecy.TEXT), 5)


@pytest.mark.parametrize("number", [0, -1, 10**999, -(10**999)])
def test_an_int_of_up_to_a_thousand_digits_is_itself(policy: Policy, number: int) -> None:
    """Positive or negative."""
    assert policy.large_int(number) == number


def test_a_larger_int_is_its_size_and_a_digest(policy: Policy) -> None:
    """The digest differs for the next number, and the count of digits is exact or one more."""
    first, second = policy.large_int(10**5000), policy.large_int(10**5000 + 1)
    assert type(first) is type(second) is Mark
    assert first.text.startswith(("<int of 5001 digits #", "<int of 5002 digits #"))
    assert first != second


def test_of_an_enormous_int_both_ends_are_read(policy: Policy) -> None:
    """A change in its middle is not seen, so that reading it takes bounded time."""
    size = 1 << 24
    number = 1 << size
    assert policy.large_int(number) != policy.large_int(number + 1)
    assert policy.large_int(number) == policy.large_int(number + (1 << size // 2))
