"""Texts and bytes: redacted, then cut."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.capture.strings import Budget, Texts
from snapy_instrument.capture.views import Blob
from snapy_instrument.values import REDACTED, Cut

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc"


def shown(value: Any, **limits: int) -> Any:
    """``value`` captured alone with these limits."""
    chosen = Limits(**limits)
    texts = Texts(chosen, Redactor())
    budget = Budget(chosen.digest_nodes, chosen.digest_chars, chosen.total_chars)
    return texts.text(value, budget) if isinstance(value, str) else texts.data(value, budget)


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 399, 400])
def test_texts_up_to_the_limit_are_kept(size: int) -> None:
    """A text of at most 400 characters is not cut, and bytes neither."""
    assert shown("x" * size) == "x" * size
    assert shown(b"x" * size) == b"x" * size


@pytest.mark.parametrize(("value", "unit"), [("x" * 401, "chars"), (b"x" * 401, "bytes")])
def test_longer_texts_are_cut_and_counted(value: Any, unit: str) -> None:
    """The first 400 stay, the rest is counted."""
    cut = shown(value)
    assert type(cut) is Cut
    assert (cut.shown, cut.hidden, cut.unit) == (value[:400], 1, unit)


def test_a_change_in_the_hidden_part_changes_the_digest() -> None:
    """Two texts that differ only behind the cut are not equal."""
    assert shown("x" * 1000 + "a") != shown("x" * 1000 + "b")
    assert shown(b"x" * 1000 + b"a") != shown(b"x" * 1000 + b"b")


@pytest.mark.parametrize("size", [10**6, 10**6 + 1])
def test_texts_beyond_the_reading_budget_are_told_by_length_and_ends(size: int) -> None:
    """Of a text too long to read, a change of length, near the start and at the end is seen."""
    plain = shown("x" * size)
    assert plain == shown("x" * size)
    assert plain.hidden == size - 400
    changed = ["x" * (size + 1), "x" * 500 + "y" + "x" * (size - 501), "x" * (size - 1) + "y"]
    assert all(shown(text) != plain for text in changed)


def test_a_secret_at_the_cut_is_not_half_shown() -> None:
    """Redaction comes before the cut."""
    cut = shown("x" * 380 + " " + TOKEN + " tail")
    assert cut == shown("x" * 380 + " " + TOKEN.replace("abc", "xyz") + " tail")
    assert "eyJ" not in repr(cut)


def test_a_digest_does_not_depend_on_the_secret() -> None:
    """Two texts that differ only in a hidden secret, even in its length, are equal."""
    texts = [f"{'x' * 500} password={secret} tail" for secret in ("hunter2", "a-much-longer-one")]
    assert shown(texts[0]) == shown(texts[1])


def test_a_text_that_is_all_secret_is_the_mark() -> None:
    """No text that reads ``'<redacted>'`` in quotes is made of it."""
    assert shown(TOKEN) is REDACTED
    assert shown(TOKEN.encode()) is REDACTED


def test_secret_texts_are_not_remembered() -> None:
    """Only clean texts are kept for the fast path, so no secret outlives its call there."""
    texts = Texts(Limits(), Redactor())
    for value in (TOKEN, "hello"):
        texts.text(value, Budget(1, 1))
    assert texts.clean == {"hello"}


def test_the_memory_of_clean_texts_is_bounded() -> None:
    """Ten thousand different texts leave at most 4096, and long ones none."""
    texts = Texts(Limits(), Redactor())
    for number in range(10_000):
        texts.text(str(number), Budget(1, 1))
    texts.text("x" * 101, Budget(1, 1))
    assert len(texts.clean) <= 4096
    assert "x" * 101 not in texts.clean


def test_lone_surrogates_are_cut_and_digested() -> None:
    """A text that cannot be encoded is handled like any other."""
    assert shown("\ud800" * 401) == Cut("\ud800" * 400, 1, "chars", shown("\ud800" * 401).digest)


def test_long_texts_share_a_budget() -> None:
    """When the characters of a value are used up, further long texts are cut at 100."""
    texts, budget = Texts(Limits(total_chars=400), Redactor()), Budget(100, 10_000, 400)
    assert texts.text("x" * 300, budget) == "x" * 300
    assert texts.text("y" * 300, budget).shown == "y" * 100
    assert texts.text("z" * 100, budget) == "z" * 100


def test_bytes_equal_to_a_text_do_not_meet_it() -> None:
    """A str and a bytes of the same characters are kept apart, so ``python -bb`` finds nothing."""
    assert (shown("abc"), shown(b"abc")) == ("abc", b"abc")


def test_a_blob_is_read_in_parts() -> None:
    """Of bytes beyond the budget only parts are copied."""
    asked: list[int] = []

    def part(start: int, stop: int) -> bytes:
        asked.append(stop - start)
        return b"x" * (stop - start)

    cut = Texts(Limits(), Redactor()).blob(Blob(10**9, part), Budget(1, 10_000, 400))
    assert cut.hidden == 10**9 - 400
    assert sum(asked) <= 10_000


class Counting(Redactor):
    """Counts the texts that are searched for secrets."""

    searched = 0

    def text(self, text: str) -> str:
        """See `Redactor`."""
        self.searched += 1
        return super().text(text)


@pytest.mark.parametrize("value", ["x y " * 50, f"a {TOKEN} " * 5, b"x y " * 50, f"a {TOKEN} ".encode() * 5])
def test_a_long_text_is_searched_once(value: Any) -> None:
    """The same text again, another object too, is shown as the first time without a second redaction."""
    redactor = Counting()
    texts = Texts(Limits(), redactor)
    tell = texts.text if isinstance(value, str) else texts.data
    first = tell(value, Budget(100, 50_000, 8000))
    searched = redactor.searched
    again = tell(value[:1] + value[1:], Budget(100, 50_000, 8000))
    assert (again, redactor.searched - searched) == (first, 0)


def test_no_secret_is_kept_to_know_a_text_again() -> None:
    """What is remembered of a text with a secret is its digest and what is shown of it."""
    texts = Texts(Limits(), Redactor())
    for value in (f"a {TOKEN} " * 5, f"a {TOKEN}", "x" * 300 + TOKEN):
        texts.text(value, Budget(100, 50_000, 8000))
        texts.data(value.encode(), Budget(100, 50_000, 8000))
    kept = [getattr(texts, name) for name in Texts.__slots__ if name != "_redactor"]
    assert len(texts._redacted) == 6
    assert TOKEN[10:20] not in repr(kept)


def test_what_is_remembered_is_bounded() -> None:
    """Many long texts with secrets do not fill the memory."""
    texts = Texts(Limits(), Redactor())
    for number in range(300):
        texts.text(f"{number} {TOKEN} " + "x" * 20_000, Budget(100, 50_000, 8000))
    assert sum(len(each or "") for each in texts._redacted.values()) <= 1_000_000
