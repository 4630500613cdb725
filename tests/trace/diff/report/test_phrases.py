"""A diff in a few lines."""

from __future__ import annotations

from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from snapy_instrument.trace.diff.report.phrases import headlines, overview, summary


def diff(old: str, new: str) -> TraceDiff:
    """Of two texts at standard."""
    return diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")


def test_no_change_is_said() -> None:
    """In place of a count."""
    assert summary({}) == "no change"


def test_changes_of_one_kind_and_function_are_grouped() -> None:
    """The first one represents them."""
    found = diff("m.f(x=1)\nm.f(x=2)\nm.f(x=3)", "m.f(x=4)\nm.f(x=5)\nm.f(x=6)")
    assert summary(found.by_cause) == "3 changes: m.f called with x: 1 -> 4 (call 1 of 3), and 2 more like it"


def test_a_long_summary_is_cut_at_a_change() -> None:
    """What is left out is counted."""
    old, new = ("\n".join(f"m.f{n}(x='{text * 20}{n}')" for n in range(20)) for text in "ab")
    text = summary(diff(old, new).by_cause)
    assert text.startswith("20 changes: m.f0 called with ")
    assert text.endswith(" more")
    assert len(text) < 300


def test_the_overview_counts_what_follows() -> None:
    """In its last line."""
    found = diff("m.f()\n  m.g() -> 1\n  -> 1", "m.f()\n  m.g() -> 2\n  -> 2")
    assert overview(found.by_cause)[-1] == "  and 1 consequence"


def test_the_overview_has_a_line_with_path_and_lines() -> None:
    """For each kind of change of each call."""
    found = diff("m.f()\n  m.g() -> 1", "m.f()\n  m.g() -> 2")
    assert overview(found.by_cause) == ["  m.f > m.g() -> [-1-]{+2+} (line 3)"]


def test_the_overview_is_bounded() -> None:
    """Of many kinds only some have a line."""
    old, new = ("\n".join(f"m.f{n}(x={text})" for n in range(20)) for text in "12")
    lines = overview(diff(old, new).by_cause)
    assert (len(lines), lines[-1]) == (6, "  and 15 more changes")


def test_headlines_become_shorter() -> None:
    """The name of the function loses its module last of all; what changed is always there."""
    found = diff("app.shop.Cart.pay(x=1, card=2)\napp.log()", "app.shop.Cart.pay(x=1)")
    lines = list(headlines(found.by_cause))
    assert lines[0] == "2 changes: app.shop.Cart.pay called with card: 2 removed; app.log removed at the top"
    assert lines[1:] == [
        "2 changes: app.shop.Cart.pay called with card: 2 removed (and 1 more)",
        "2 changes: Cart.pay called with card: 2 removed (and 1 more)",
        "2 changes: pay called with card: 2 removed (and 1 more)",
        "pay called with card: 2 removed (and 1 more)",
        "pay called with card: 2 removed",
    ]
    assert list(headlines({})) == ["no change"]


def test_short_headlines_keep_the_caller() -> None:
    """Without its module."""
    found = diff("app.shop.pay()\n  app.bank.charge()", "app.shop.pay()")
    assert list(headlines(found.by_cause))[-1] == "charge removed under pay"
