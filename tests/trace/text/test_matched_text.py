"""Texts after matchers and filters."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.trace.text.matched_text import matched_text
from snapy_instrument.trace.text.matchers import Revision
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.tree import build_tree
from tests.trace.builders import call, detached, events, yields

TREE = build_tree(
    events(
        call("m.f", x=1)(call("m.g", y=2)(call("m.h").raises("ValueError", 3)).passes_up(), yields(4)).returns(5),
        detached("t", call("m.job", n=6)),
    )
)


def text(options: dict[str, Any] | None = None, **functions: Any) -> list[str]:
    """The lines behind the header."""
    return matched_text(TREE, TextOptions(**(options or {})), Revision(**functions)).split("\n")[1:]


def leaves_out(*names: str) -> Any:
    """A filter for these names."""
    return lambda *, prop, path: prop in names


def test_a_matcher_sees_arguments_results_and_exceptions() -> None:
    """Yields are seen at the level that shows them."""
    found = text(matcher=lambda data, path: "?" if type(data) is int else data)
    assert found == [
        "m.f(x='?')",
        "  m.g(y='?')",
        "    m.h() raises ValueError('?')",
        "    raises ^ValueError",
        "  -> '?'",
        "[other threads, order not significant]",
        "  m.job(n='?')",
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["m.g"], ["m.f(x=1)", "  m.h() raises ValueError(3)", "  -> 5"]),
        (["m.h"], ["m.f(x=1)", "  m.g(y=2) raises ValueError(3)", "  -> 5"]),
        (["x", "return"], ["m.f()", "  m.g(y=2)", "    m.h() raises ValueError(3)", "    raises ^ValueError"]),
    ],
)
def test_what_is_left_out_leaves_the_rest(names: list[str], expected: list[str]) -> None:
    """A call that is left out is replaced by the calls that it made; its exception moves to its caller."""
    assert text(exclude=leaves_out(*names, "m.job")) == expected


def test_the_tree_is_unchanged() -> None:
    """A text after matchers is a view."""
    before = text()
    text(matcher=lambda data, path: None, exclude=leaves_out("m.g"))
    assert text() == before


def test_hidden_calls_are_counted_after_filters() -> None:
    """What is left out is not hidden, too."""
    assert text({"max_depth": 1}, exclude=leaves_out("m.h", "m.job")) == ["m.f(x=1) [+1 call] -> 5"]
