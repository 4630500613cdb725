"""Expected arguments."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest

from snapy_instrument.trace.assertions.expected_arguments import Expected
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.trace.tree import build_tree
from snapy_instrument.values import REDACTED, Cut, Ref, Struct
from tests.trace.builders import call, events


class Odd:
    """Neither compares nor shows."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise RuntimeError("no")


def expected(**arguments: Any) -> Expected:
    """Without a way to capture objects."""
    return Expected(arguments, ValueText())


@pytest.mark.parametrize(
    ("captured", "asked"),
    [
        (1, 1),
        ({"a": [1, (2,)]}, {"a": [1, (2,)]}),
        (0.1 + 0.2, 0.3),
        ([0.1 + 0.2], [0.3]),
        (0.31, pytest.approx(0.3, rel=0.1)),
        ("anything", ANY),
        (Ref("Gateway", 7), "<Gateway#1>"),
        (Ref("Gateway", 7), Ref("Gateway", 7)),
        (Struct("Item", (("sku", "pen"),)), "Item(sku='pen')"),
        (REDACTED, "<redacted>"),
        (Cut("aa", 9, "chars", "12345678"), "'aa'...<+9 chars #12345678>"),
    ],
)
def test_a_value_holds(captured: Any, asked: Any) -> None:
    """If it is equal, has the same text, or if its text was given."""
    (node,) = build_tree(events(call("m.f", x=captured))).walk()
    assert (expected(x=asked).holds(node), expected(x=asked).differences(node)) == (True, [])


@pytest.mark.parametrize(
    ("captured", "asked", "difference"),
    [
        (1, 2, "x is 1"),
        ("1", 1, "x is '1'"),
        (0.3, 0.3001, "x is 0.3"),
        ("<Gateway#1>", "Gateway", "x is '<Gateway#1>'"),
        (REDACTED, "hunter2", "x is <redacted>"),
        (1, Odd(), "x is 1"),
        ("a" * 200, "b", f"x is '{'a' * 76}..."),
    ],
)
def test_a_value_does_not_hold(captured: Any, asked: Any, difference: str) -> None:
    """And the message says what there is instead."""
    (node,) = build_tree(events(call("m.f", x=captured))).walk()
    assert (expected(x=asked).holds(node), expected(x=asked).differences(node)) == (False, [difference])


def test_missing_arguments_are_reported_with_those_there_are() -> None:
    """A slip in the name is seen at once."""
    (node,) = build_tree(events(call("m.f", net=1, country="DE"))).walk()
    assert expected(nett=1).differences(node) == ["it has no argument 'nett', only net, country"]
    (bare,) = build_tree(events(call("m.f"))).walk()
    assert expected(x=1).differences(bare) == ["it has no argument 'x', only none at all"]


def test_objects_are_captured_where_that_is_possible() -> None:
    """So that a live object can be expected."""
    live = object()
    asked = Expected({"x": live}, ValueText(), {live: Ref("Gateway", 7)}.__getitem__)
    nodes = build_tree(events(call("m.f", x=Ref("Gateway", 7)), call("m.f", x=Ref("Gateway", 8)))).walk()
    assert [asked.holds(node) for node in nodes] == [True, False]


def test_it_shows_as_arguments() -> None:
    """A repr that raises is reported, a long one is cut."""
    shown = str(expected(a=1, b=Odd(), c="x" * 200))
    assert shown == f"a=1, b=<Odd whose repr raised RuntimeError>, c='{'x' * 76}..."


def test_nothing_expected_is_false() -> None:
    """And holds for every call."""
    (node,) = build_tree(events(call("m.f"))).walk()
    assert (bool(expected()), expected().holds(node)) == (False, True)
