"""Scrubbers: what they find, and what they refuse."""

from __future__ import annotations

import pickle
import re
from typing import Any

import pytest

from snapy_instrument.trace.text.scrubbers import NAMES, Token, scrubbers, scrubbers_between

ID = "550e8400-e29b-41d4-a716-446655440000"


def scrubbed(text: str, *given: Any) -> str:
    """The text with the identity of each token in place of its number."""
    pieces: list[str | Token] = [text]
    for scrubber in scrubbers(given):
        pieces = scrubber.applied(pieces)
    return "".join(f"{each.prefix}{each.identity}>" if isinstance(each, Token) else each for each in pieces)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("uuid", f"/orders/{ID}/x", f"/orders/<uuid#{ID}>/x"),
        ("uuid", f"ord_{ID.upper()}", f"ord_<uuid#{ID}>"),
        ("datetime", "at 2024-01-02T03:04:05.123456+00:00.", "at <datetime>."),
        ("datetime", "2024-01-02 03:04", "<datetime>"),
        ("datetime", "2024-01-02T03:04:05Z/2024-01-02T03:04:05,5", "<datetime>/<datetime>"),
        ("datetime", "Tue, 02 Jan 2024 03:04:05 GMT", "<datetime>"),
        ("datetime", "Tue Jan  2 03:04:05 2024", "<datetime>"),
        ("epoch", "t=1700000000", "t=<epoch>"),
        ("epoch", "1700000000.25 1700000000123 1700000000123456789.", "<epoch> <epoch> <epoch>."),
        (
            "hex",
            "0x7f3a1c and 9e107d9d372bb6826bd81d3542a419d6",
            "<hex#0x7f3a1c> and <hex#9e107d9d372bb6826bd81d3542a419d6>",
        ),
        ("hex", "sha:0123456789012345", "sha:<hex#0123456789012345>"),
        ("port", "http://localhost:54321/x", "http://localhost:<port>/x"),
        ("port", "127.0.0.1:5000 [::1]:80", "127.0.0.1:<port> [::1]:<port>"),
        ("port", "redis://cache:6379", "redis://cache:<port>"),
        ("ansi", "\x1b[1;31mred\x1b[0m\x1b]0;title\x07", "red"),
    ],
)
def test_built_in_scrubbers_find(name: str, text: str, expected: str) -> None:
    """What they are named after."""
    assert scrubbed(text, name) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("uuid", f"{ID}0"),
        ("uuid", f"a{ID}"),
        ("datetime", "2024-01-02 in 2024"),
        ("datetime", "12:30"),
        ("epoch", "170000000 17000000000 0.1700000000 v1700000000 1700000000.2.1"),
        ("hex", "deadbeef 0x12 abcdefghabcdefgh"),
        ("port", "file.py:1234 10:30:00 a:5000"),
        ("ansi", "[31m"),
    ],
)
def test_built_in_scrubbers_leave(name: str, text: str) -> None:
    """What looks alike."""
    assert scrubbed(text, name) == text


def test_pairs_replace() -> None:
    """By a template of the regex."""
    assert scrubbed(
        "order 12 of ada", (r"order (\d)\d", r"order \1x"), (re.compile("ADA", re.IGNORECASE), "<who>")
    ) == ("order 1x of <who>")


def test_pairs_may_number() -> None:
    """Upper and lower case differ, unless the regex says otherwise."""
    assert scrubbed("ord_a ord_A", (r"ord_\w", "<order#>")) == "<order#ord_a> <order#ord_A>"
    assert scrubbed("ord_a ord_A", (re.compile(r"ord_\w", re.IGNORECASE), "<order#>")) == (
        "<order#ord_a> <order#ord_a>"
    )


def test_a_text_can_stand_for_a_pair() -> None:
    """As ini files need it."""
    assert scrubbed("a -> b", "re:a -> b -> c") == "c"


def test_several_do_not_see_what_others_replaced() -> None:
    """Colours are taken out first, then pairs apply, then what has a name."""
    text = f"\x1b[1m{ID}\x1b[0m 2024-01-02T03:04:05 1700000000 9e107d9d372bb6826bd81d3542a419d6 localhost:5000"
    assert scrubbed(text, *NAMES) == (
        f"<uuid#{ID}> <datetime> <epoch> <hex#9e107d9d372bb6826bd81d3542a419d6> localhost:<port>"
    )
    assert scrubbed(text, "uuid", (ID, "mine")).startswith("\x1b[1mmine")


def test_each_scrubber_counts_once() -> None:
    """However it was given; a text has several names."""
    assert scrubbers("uuid hex uuid") == scrubbers(["hex", "uuid"])
    assert scrubbers([("a", "b"), (re.compile("a"), "b")]) == scrubbers(["re:a -> b"])


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        (f"'{ID}'", "'00000000-0000-4000-8000-000000000000'", ["uuid"]),
        ("1700000000.25", "1800000000.5", ["epoch"]),
        ("'http://localhost:1024/x'", "'http://localhost:54321/x'", ["port"]),
        (f"'{ID} 2024-01-02 03:04'", f"'{ID} 2025-01-02 03:04'", ["datetime"]),
        (f"'{ID} 2024-01-02 03:04'", f"'{ID[::-1].replace('-', '0')} 2025-01-02 03:04'", []),
        (f"'a {ID}'", f"'b {ID}'", []),
        (f"'{ID}'", "", []),
        ("0x7f3a1c", "", []),
        ("1", "2", []),
    ],
)
def test_scrubbers_between_two_texts(old: str, new: str, names: list[str]) -> None:
    """Those that leave both texts equal, none where something else differs or one of them has nothing to replace."""
    assert scrubbers_between(old, new) == scrubbers_between(new, old) == names


def test_they_can_be_pickled_and_given_again() -> None:
    """As can traces."""
    found = scrubbers(["uuid", (re.compile("a", re.IGNORECASE), "b")])
    assert pickle.loads(pickle.dumps(found)) == scrubbers(found) == found
    assert [each.name for each in found] == ["(?i)a", "uuid"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["uid"], "unknown scrubber 'uid': did you mean 'uuid'? There are ansi, datetime, epoch, hex, port, uuid, and"),
        (["x"], "unknown scrubber 'x': There are ansi"),
        ([("(", "")], "scrubber ('(', ''): missing ), unterminated"),
        ([("a", r"\9")], r"scrubber ('a', '\\9'): invalid group reference"),
        ([("a", r"\g<b>")], r"scrubber ('a', '\\g<b>'): unknown group name"),
        ([("a*", "")], "scrubber ('a*', ''): the regex also finds an empty text"),
        ([(b"a", "")], "scrubber (b'a', ''): both the regex and its replacement must be texts"),
        ([3], "scrubber 3 is neither a name nor a pair"),
        ([("a", "b", "c")], "scrubber ('a', 'b', 'c') is neither a name nor a pair"),
        (3, "scrub=3 must be a list of names"),
        ("re:a", "scrubber 're:a' has no replacement"),
    ],
)
def test_what_is_no_scrubber_is_refused(given: Any, message: str) -> None:
    """With what would be one."""
    with pytest.raises(ValueError, match=re.escape(message)):
        scrubbers(given)
