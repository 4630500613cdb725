"""Numbered objects in texts, and equal subtrees."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.object_numbers import SameObjects, blanked, mentions, number_subtrees
from snapy_instrument.trace.diff.parse import parse_trace


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(x=<P#1>, y=[<f.<locals>.Q#12>])", "f(x=<P#?>, y=[<f.<locals>.Q#?>])"),
        ("f(x='<P#1>', y=\"<P#1>\")", "f(x='<P#1>', y=\"<P#1>\")"),
        (r"f(x='\'<P#1>', y=<P#2>)", r"f(x='\'<P#1>', y=<P#?>)"),
        (
            "f(x=[1]...<+9 items #12>, y=<too deep #12>, z=<#12>)",
            "f(x=[1]...<+9 items #12>, y=<too deep #12>, z=<#12>)",
        ),
        ("f(x='a <uuid#1>', y=[\"<order id#2>\"])", "f(x='a <uuid#?>', y=[\"<order id#?>\"])"),
        ("f(x='<too deep #12345678>', y='<1#2>')", "f(x='<too deep #12345678>', y='<1#2>')"),
        ("[thread 2]", "[thread ?]"),
        ("[task Task-12]", "[task Task-?]"),
        ("[task loader-1]", "[task loader-1]"),
    ],
)
def test_numbers_are_blanked(text: str, expected: str) -> None:
    """Only numbers of objects, not what strings and digests hold."""
    assert blanked(text) == expected


def test_objects_are_mentioned_in_order() -> None:
    """By the text before the number, and the number."""
    assert mentions("f(x=<Q#2>, y=<P#1>)") == [("<Q#", "2"), ("<P#", "1")]
    assert mentions("f(x='/<uuid#2>/<uuid#1>', y=<P#1>)") == [("<uuid#", "2"), ("<uuid#", "1"), ("<P#", "1")]


def test_numbers_may_shift() -> None:
    """Two that stand in the same place are the same object, whatever their numbers."""
    agree = SameObjects().agree
    assert [agree("<P#1>", "<P#2>"), agree("<P#2>", "<P#3>"), agree("<P#1>", "<P#2>")] == [True, True, True]


def test_an_object_stays_what_it_is() -> None:
    """Another one in its place is a difference."""
    agree = SameObjects().agree
    assert [agree("<P#1>", "<P#1>"), agree("<P#1>", "<P#2>")] == [True, False]


def test_two_objects_are_not_one() -> None:
    """A new object has one partner only."""
    agree = SameObjects().agree
    assert [agree("<P#1>", "<P#1>"), agree("<P#2>", "<P#1>")] == [True, False]


def test_other_text_is_a_difference() -> None:
    """Equal numbers do not make different texts equal."""
    assert not SameObjects().agree("<P#1>", "<Q#1>")


def keys(*texts: str) -> list[list[int]]:
    """Keys of the nodes of each text."""
    trees = [parse_trace(f"trace v1 standard\n{text}") for text in texts]
    number_subtrees(*trees)
    return [[node.key for node in tree.walk()] for tree in trees]


def test_equal_subtrees_have_equal_keys() -> None:
    """In one text and across texts."""
    ((main, first, second),) = keys("f()\n  g(x=1) -> 2\n  g(x=1) -> 2")
    assert first == second != main
    assert keys("f(x=<P#1>)\n  g()", "f(x=<P#7>)\n  g()") == [[2, 1], [2, 1]]


@pytest.mark.parametrize("other", ["f()\n  h()\n  -> 1", "f()\n  g()\n  -> 2", "f()\n  g() [x2]\n  -> 1", "f() -> 1"])
def test_different_subtrees_have_different_keys(other: str) -> None:
    """What is inside counts, how often, and the end."""
    mine, yours = keys("f()\n  g()\n  -> 1", other)
    assert mine[0] != yours[0]


def test_subtrees_with_objects_are_marked() -> None:
    """A caller of a call that mentions an object is one that does."""
    tree = parse_trace("trace v1 standard\nf()\n  g(x=<P#1>)\n  h(x='<P#1>')")
    number_subtrees(tree)
    assert [node.numbered for node in tree.walk()] == [True, True, False]
