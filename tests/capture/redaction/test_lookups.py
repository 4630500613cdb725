"""Names of secrets as values, and the values next to them."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.policy import hides
from snapy_instrument.capture.redaction.lookups import Lookup, lookup_by, lookup_of
from snapy_instrument.capture.redaction.names import NameTest, Secrecy
from snapy_instrument.values import Mark

NAMES = "password API_KEY X-Api-Key Set-Cookie db.password /run/secrets/api_key vault:prod/token stripeApiKey".split()
TEXTS: list[Any] = ["x", b"x", bytearray(b"x")]
DATA: list[Any] = [1, 1.5, ["x"], {"x": 1}, {"x"}, ("x",)]
OTHERS: list[Any] = [[], {}, None, True, Mark("x")]
NO_NAMES = ["user", "password.html", "the password", "password=1", "--password", "token_type", "", "é", "p" * 200]


@pytest.mark.parametrize("text", NAMES)
def test_one_word_perhaps_with_a_path_is_a_name(text: str) -> None:
    """The last part of a path says whose name it is."""
    assert lookup_of(text, NameTest()) is not None


@pytest.mark.parametrize("text", NO_NAMES)
def test_other_texts_are_none(text: str) -> None:
    """Sentences, options, files, pairs and harmless names ask for nothing."""
    assert lookup_of(text, NameTest()) is None


@pytest.mark.parametrize(
    ("value", "always", "text"),
    [(each, True, True) for each in TEXTS]
    + [(each, True, False) for each in DATA]
    + [(each, False, False) for each in OTHERS],
)
def test_what_is_hidden(value: Any, always: bool, text: bool) -> None:
    """Texts are; numbers and containers that hold something where the name is always a secret's; objects are not."""
    assert hides(Lookup("password", Secrecy.ALWAYS), value) is always
    assert hides(Lookup("token", Secrecy.TEXT), value) is text


@pytest.mark.parametrize("value", ["x-api-key", "X_API_KEY", "xApiKey", b"X-Api-Key"])
def test_the_name_in_another_spelling_is_shown(value: Any) -> None:
    """A function that spells names in its own way gives no secret."""
    assert not hides(Lookup("X-Api-Key", Secrecy.ALWAYS), value)
    assert hides(Lookup("X-Api-Key", Secrecy.ALWAYS), value + value)


def test_captured_texts_are_judged() -> None:
    """A capture remembers the names of secrets among the texts it met, with the names that a user adds, and forgets."""
    capture = Capture()
    capture.value(["password", "user", "iban"])
    assert sorted(capture.lookups) == ["iban", "password"]
    capture.forget()
    assert not capture.lookups


def test_they_are_remembered_as_long_as_the_texts() -> None:
    """However many texts come by, a name that comes again is known."""
    capture = Capture()
    for number in range(10_000):
        capture.value(f"text {number}")
        capture.value("password")
        assert "password" in capture.lookups


class Property:
    """Runs when it is looked at."""

    @property
    def name(self) -> str:
        """Not for a tracer."""
        raise AssertionError("was read")


def test_no_code_of_a_descriptor_runs() -> None:
    """Attributes of an instance and slots are read, a property is not."""
    assert lookup_by(Property(), NameTest()) is None
