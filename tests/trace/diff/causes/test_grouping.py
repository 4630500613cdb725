"""The causes of many diffs."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from snapy_instrument import TraceDiff, diff_traces, group_causes

RECORDED = Path(__file__).with_name("sqlparse_traces.json.xz")
"""How sqlparse 0.4.4 and 0.5.3 format twelve statements, written by ``python -m tests.benchmarks.releases --write``."""


def diff(old: str, new: str) -> TraceDiff:
    """Compare two texts of traces without their headers."""
    return diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")


def causes(*diffs: TraceDiff) -> dict[str, tuple[int, ...]]:
    """The causes of diffs, each with the diffs that it occurs in."""
    return {str(group): group.diffs for group in group_causes(diffs)}


def test_equal_causes_are_one() -> None:
    """The one of most diffs comes first."""
    tax = diff("m.a()\n  m.tax(x=1) -> 1", "m.a()\n  m.tax(x=1) -> 2")
    both = diff("m.tax(x=1) -> 1\nm.log()", "m.tax(x=1) -> 2")
    assert causes(tax, both) == {"m.tax returned 2, was 1": (0, 1), "m.log removed at the top": (1,)}


def test_causes_that_differ_in_values_are_one() -> None:
    """The values that vary are left out."""
    diffs = [diff(f"m.tax(x={n}) -> {n}", f"m.tax(x={n}) -> {n + 5}") for n in range(3)]
    (group,) = group_causes(diffs)
    assert str(group) == "m.tax returned other values"
    assert group.diffs == (0, 1, 2)


def test_consequences_are_counted_over_all() -> None:
    """Those of one diff and those of others."""
    one = diff("m.a()\n  m.tax(x=1) -> 1\n  -> 1", "m.a()\n  m.tax(x=1) -> 2\n  -> 2")
    (group,) = group_causes([one, one])
    assert group.cause.consequences == 2
    assert len(group.changes) == 4


def test_no_diff_has_no_cause() -> None:
    """Nor have diffs of equal traces."""
    assert group_causes([]) == ()
    assert group_causes([diff("m.f()", "m.f()")]) == ()


SAVE = "m.open(box=<Box#1>)\n  m.mode() -> {0}\nm.Box.load(box=<Box#1>)\n  m.read(key=1) -> {1}"


def test_a_change_seen_only_after_another_one_follows() -> None:
    """Its function goes on as before in the traces in which the other one does not occur."""
    changed = [diff(SAVE.format(1, n), SAVE.format(2, n + 10)) for n in range(5)]
    texts = [SAVE.format(1, 1) + f"\nm.note(n={n})" for n in range(3)]
    quiet = [diff(text, text.replace("note", "hint")) for text in texts]
    state = [diff(SAVE.format(1, n), SAVE.format(2, n).replace("  m.read(key=1)", "  m.read(key=2)")) for n in range(5)]
    assert "m.read called with key: 1 -> 2" in causes(*state)
    assert causes(*state, *quiet) == {
        "m.mode returned 2, was 1": (0, 1, 2, 3, 4),
        "m.hint called in place of m.note at the top": (5, 6, 7),
    }
    # A function that holds no state has no other input than its arguments: it changed by itself.
    assert "m.read returned other values" in causes(*changed, *quiet)


def test_without_traces_to_compare_with_it_does_not_follow() -> None:
    """Two causes in the same test may be two edits."""
    text = "m.Shop.pay(x=1)\n  m.Shop.log(x={0})\nm.Shop.close(x=1)\n  m.Shop.end(x={0})"
    found = diff(text.format(1), text.format(2))
    assert len(causes(found, found, found, found)) == 2


@pytest.fixture(scope="module")
def releases() -> list[TraceDiff]:
    """Twelve diffs of two releases."""
    pairs = json.loads(lzma.decompress(RECORDED.read_bytes()))
    return [diff_traces(old, new) for old, new in pairs]


def test_two_releases_differ_by_few_causes(releases: list[TraceDiff]) -> None:
    """Each of hundreds of changes belongs to one."""
    groups = group_causes(releases)
    changes = sum(len(found.changes) + len(found.consequences) for found in releases)
    assert changes > 500
    assert len(groups) <= 15
    members = [id(change) for group in groups for _, change in group.changes]
    assert len(members) == len(set(members)) == changes


def test_the_causes_are_what_the_authors_changed(releases: list[TraceDiff]) -> None:
    """Each is an edit in sqlparse's history: a field of tokens, operators of JSON, a grouping, an option."""
    found = {str(group) for group in group_causes(releases)}
    assert {
        "sqlparse.tokens._TokenType.__contains__ called more times under sqlparse.sql.Token.__init__",
        "sqlparse.sql.Token.match added under sqlparse.engine.grouping.group_period.<locals>.match",
        "sqlparse.utils.recurse.<locals>.wrap.<locals>.wrapped_f added under sqlparse.engine.grouping.group",
        "sqlparse.formatter.validate_options returned ['compact']: False added",
        "sqlparse.lexer.Lexer.is_keyword removed under sqlparse.lexer.Lexer.get_tokens",
    } <= found


def test_the_order_of_the_diffs_means_nothing(releases: list[TraceDiff]) -> None:
    """The same causes come out."""
    assert causes(*releases).keys() == causes(*reversed(releases)).keys()
