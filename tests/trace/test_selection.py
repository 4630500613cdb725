"""Calls chosen by patterns on their full names."""

from __future__ import annotations

import re

import pytest

from snapy_instrument.trace.selection import Exclusion, Patterns, Selection, near_names
from snapy_instrument.trace.tree import build_tree
from tests.trace.builders import call, event, events

NODES = list(
    build_tree(
        events(
            call("shop.pay")(call("shop.pay.<locals>.retry")),
            call("shop.Order.total"),
            call("shop.Order.tax"),
            call("wrapt.total"),
        )
    ).walk()
)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ("shop.pay", ["shop.pay"]),
        ("shop.pay.*", ["shop.pay", "shop.pay.<locals>.retry"]),
        ("shop.pay.<locals>.retry", ["shop.pay.<locals>.retry"]),
        ("shop.Order.*", ["shop.Order.total", "shop.Order.tax"]),
        ("*.total", ["shop.Order.total", "wrapt.total"]),
        ("shop.Order", []),
        ("shop:pay", ["shop.pay"]),
        ("shop:Order.*", ["shop.Order.total", "shop.Order.tax"]),
        ("*:total", ["wrapt.total"]),
        ("re:^shop.*t", ["shop.pay.<locals>.retry", "shop.Order.total", "shop.Order.tax"]),
        (re.compile("PAY", re.IGNORECASE), ["shop.pay", "shop.pay.<locals>.retry"]),
        ("shop.pay wrapt.total", ["shop.pay", "wrapt.total"]),
        (["shop.Order.*", "!*.tax"], ["shop.Order.total"]),
        ("!shop.*", ["wrapt.total"]),
        ("!re:pay|Order", ["wrapt.total"]),
    ],
)
def test_patterns_choose_calls(patterns: Patterns, expected: list[str]) -> None:
    """By full name, by module and qualified name, by regex; excludes win."""
    selection = Selection(patterns)
    assert [node.name for node in NODES if selection.has(node)] == expected


def test_event_without_module_has_a_name() -> None:
    """An event of the founding document's ten fields is chosen by its function's name."""
    (node,) = build_tree([event("call", "pay"), event("return", "pay")]).walk()
    assert [Selection(pattern).has(node) for pattern in ("pay", "p*", "shop.pay")] == [True, True, False]


@pytest.mark.parametrize("pattern", ["shop pay:x:y", "a..b", "re:(", "!!a", "!re:(", "f.<locals>:x"])
def test_bad_pattern_is_quoted(pattern: str) -> None:
    """The error quotes the pattern that was given."""
    with pytest.raises(ValueError, match=f"bad pattern '{re.escape(pattern.split()[-1])}'"):
        Selection(pattern)


@pytest.mark.parametrize("patterns", ["", []])
def test_no_pattern_is_refused(patterns: str | list[str]) -> None:
    """Nothing chooses nothing, which nobody means."""
    with pytest.raises(ValueError, match="no pattern was given"):
        Selection(patterns)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("shop.pya", ["shop.pay"]),
        ("pay", ["shop.pay"]),
        ("bank.pay", ["shop.pay"]),
        ("shop:totl", ["shop.Order.total"]),
        ("mail.send", []),
        ("*", []),
    ],
)
def test_near_names(asked: str, expected: list[str]) -> None:
    """A slip of the pen, a name without its module, a function of another module."""
    assert near_names(Selection(asked), ["shop.pay", "shop.Order.total", "shop.pay"]) == expected


@pytest.mark.parametrize(
    ("pattern", "module", "qualname", "expected"),
    [
        ("shop", "shop", "pay", True),
        ("shop.pay", "shop", "pay", True),
        ("shop.pay", "shop", "pay_all", False),
        ("shop:pay", "shop", "pay", True),
        ("!shop.*", "shop.orders", "pay", True),
        ("shop.pay.<locals>.*", "shop", "pay.<locals>.retry", True),
        ("re:^shop$", "shop", "pay", True),
        ("re:pay$", "shop", "pay", True),
    ],
)
def test_an_exclusion_goes_by_module_and_by_full_name(pattern: str, module: str, qualname: str, expected: bool) -> None:
    """Either is enough; an exclamation mark in front of a pattern changes nothing."""
    assert Exclusion(pattern).hits(module, qualname) is expected


def test_equal_exclusions_have_equal_patterns() -> None:
    """They are keys of decisions that are kept."""
    first, second = Exclusion(["!a", "b"]), Exclusion("a b")
    assert (first == second, hash(first) == hash(second), first == Exclusion("a")) == (True, True, False)
