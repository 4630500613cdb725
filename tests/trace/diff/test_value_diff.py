"""Differences inside values."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given, settings

from snapy_instrument.trace.diff.object_numbers import SameObjects
from snapy_instrument.trace.diff.value_diff import argument_changes, value_changes
from snapy_instrument.trace.text.value_text import ValueText
from tests.trace.text.test_value_syntax import VALUES


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1", "2", ["1 -> 2"]),
        ("'a'", "None", ["'a' -> None"]),
        ("[1, 2]", "[1, 3]", ["[1]: 2 -> 3"]),
        ("[1, 2, 3]", "[1, 3]", ["[1]: 2 removed"]),
        ("[1, 3]", "[1, 2, 3]", ["[1]: 2 added"]),
        ("(1, [2, {'k': 3}])", "(1, [2, {'k': 4}])", ["[1][1]['k']: 3 -> 4"]),
        ("{'a': 1, 'b': 2}", "{'a': 1, 'c': 2}", ["['b']: 2 removed", "['c']: 2 added"]),
        ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", ["{'a': 1, 'b': 2} -> {'b': 2, 'a': 1}"]),
        ("{1, 2}", "{2, 3}", ["1 removed", "3 added"]),
        ("Item(sku='a', qty=1)", "Item(sku='a', qty=2)", [".qty: 1 -> 2"]),
        ("Item(qty=1)", "Pen(qty=1)", ["Item(qty=1) -> Pen(qty=1)"]),
        ("ValueError('x', 1)", "ValueError('x', 2)", ["[1]: 1 -> 2"]),
        ("[1]...<+9 items #ab>", "[1]...<+9 items #cd>", ["[...]: <+9 items #ab> -> <+9 items #cd>"]),
        ("[1]...<+9 items #ab>", "[1]", ["[...]: <+9 items #ab> removed"]),
        ("'aa'...<+9 chars #ab>", "'aa'...<+9 chars #cd>", ["'aa'...<+9 chars #ab> -> 'aa'...<+9 chars #cd>"]),
        ("[1, 2]", "(1, 2)", ["[1, 2] -> (1, 2)"]),
        ("'[1, 2]'", "'[1, 3]'", ["'[1, 2]' -> '[1, 3]'"]),
    ],
)
def test_way_to_the_difference(old: str, new: str, expected: list[str]) -> None:
    """The innermost difference is reported with its path."""
    assert [str(change) for change in value_changes(old, new, operator.eq)] == expected


def test_arguments_are_reported_by_name() -> None:
    """The way begins at the parameter."""
    (change,) = argument_changes(
        "n=1, items=[Item(qty=1), Item(qty=1)]", "n=1, items=[Item(qty=1), Item(qty=2)]", operator.eq
    )
    assert change == ("items[1].qty", "1", "2")


def test_new_parameters_are_added() -> None:
    """Parameters on one side only are reported as such."""
    assert [str(each) for each in argument_changes("a=1, b=2", "a=1, c=2", operator.eq)] == [
        "b: 2 removed",
        "c: 2 added",
    ]


def test_parameters_in_another_order() -> None:
    """Where all arguments are equal, the lists are shown whole."""
    assert argument_changes("a=1, b=2", "b=2, a=1", operator.eq) == (("", "a=1, b=2", "b=2, a=1"),)


def test_another_object_is_reported() -> None:
    """Two objects may have the same number in texts where numbers have shifted."""
    agree = SameObjects().agree
    assert agree("<P#1>", "<P#2>")
    (change,) = value_changes("[<P#1>]", "[<P#1>]", agree)
    assert str(change) == "[0]: <P#1> -> <P#1> (another object)"


def test_not_all_of_many_differences_are_reported() -> None:
    """Twenty are enough."""
    old, new = ([str(list(range(start, start + 50)))][0] for start in (0, 100))
    assert len(value_changes(old, new, operator.eq)) == 20


@settings(deadline=None, max_examples=150)
@given(VALUES, VALUES)
def test_values_differ_where_their_texts_do(old: object, new: object) -> None:
    """Equal texts have no differences, other ones have one at least, and each is a difference."""
    mine, yours = ValueText().show(old), ValueText().show(new)
    changes = value_changes(mine, yours, operator.eq)
    assert bool(changes) == (mine != yours)
    assert all(change.old != change.new for change in changes)
