"""The text of values."""

from __future__ import annotations

import ast
import math
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.trace.text.path_roots import PathRoots
from snapy_instrument.trace.text.value_text import ValueText, clean, float_text
from snapy_instrument.values import CYCLE, Cut, Mark, Ref, Struct


def show(value: Any) -> str:
    """The text of ``value`` alone."""
    return ValueText().show(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (-3, "-3"),
        ("it's", '"it\'s"'),
        ("a\nb\t\x00", r"'a\nb\t\x00'"),
        (b"a\xff", r"b'a\xff'"),
        (bytearray(b"a"), "bytearray(b'a')"),
        (1 + 2j, "(1+2j)"),
        (-0.5j, "(-0-0.5j)"),
        ([1, [2]], "[1, [2]]"),
        ([], "[]"),
        ((), "()"),
        ((1,), "(1,)"),
        (([],), "([],)"),
        ((1, 2), "(1, 2)"),
        ({}, "{}"),
        ({"b": 1, "a": [2]}, "{'b': 1, 'a': [2]}"),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        (set(), "set()"),
        # An id of its own: the set's repr differs between the workers of xdist.
        pytest.param({"b", "a"}, "{'a', 'b'}", id="set of texts"),
        (frozenset(), "frozenset()"),
        (frozenset({2, 1}), "frozenset({1, 2})"),
        (Ref("P", 7), "<P#1>"),
        (Ref("P"), "<P>"),
        ([Ref("P", 7), Ref("Q", 8), Ref("P", 6), Ref("P", 7)], "[<P#1>, <Q#1>, <P#2>, <P#1>]"),
        (Struct("Item", (("sku", "pen"), ("tags", ["a"]))), "Item(sku='pen', tags=['a'])"),
        (Struct("Decimal", ((None, "1.5"),)), "Decimal('1.5')"),
        (Struct("Empty", ()), "Empty()"),
        (Mark("Color.RED"), "Color.RED"),
        (CYCLE, "<cycle>"),
        (Cut("aaa", 997, "chars", "1f0c"), "'aaa'...<+997 chars #1f0c>"),
        (Cut([1, Ref("P", 3)], 5, "items", "1f0c"), "[1, <P#1>]...<+5 items #1f0c>"),
    ],
    ids=repr,
)
def test_text_of_a_value(value: Any, text: str) -> None:
    """Each kind of captured value has this text."""
    assert show(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333"),
        (1e22, "1e+22"),
        (1e-7, "1e-07"),
        (100000000000.0, "100000000000.0"),
        (1234567890123.0, "1.23456789012e+12"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
    ],
)
def test_text_of_a_float(value: float, text: str) -> None:
    """Floats have twelve digits and look like floats."""
    assert float_text(value) == text


def test_values_that_capture_does_not_make_are_reported_by_their_type() -> None:
    """A live object in a hand-made event is not asked for its repr."""
    assert show([Decimal(1)]) == "[<Decimal>]"


def test_subclasses_are_not_taken_for_builtins() -> None:
    """A subclass may do anything, so it is shown by its type."""
    assert show(type("Mine", (list,), {})()) == "<Mine>"


def test_live_cycle_is_marked() -> None:
    """A hand-made value that contains itself ends."""
    value: list[Any] = [1]
    value.append(value)
    assert show(value) == "[1, <cycle>]"


def test_shared_value_is_no_cycle() -> None:
    """A value that is mentioned twice is written twice."""
    value: list[list[int]] = [[]] * 2
    assert show(value) == "[[], []]"


def test_nesting_needs_no_recursion() -> None:
    """A value nested deeper than the interpreter's stack is written."""
    value: list[Any] = []
    for _ in range(5000):
        value = [value]
    assert show(value) == "[" * 5001 + "]" * 5001


def test_integer_beyond_the_interpreters_limit_is_hexadecimal() -> None:
    """An integer that Python refuses to write in decimal has a text."""
    assert show(1 << 40_000) == hex(1 << 40_000)


def test_objects_in_sets_do_not_depend_on_their_order() -> None:
    """A set of objects has one text, whichever was captured first."""
    assert show([{Ref("P", 2), Ref("P", 1)}, Ref("P", 2)]) == show([{Ref("P", 1), Ref("P", 2)}, Ref("P", 1)])


def test_lone_surrogates_are_escaped() -> None:
    """Every text can be encoded."""
    assert show("\ud800") == r"'\ud800'"


def test_unassigned_characters_are_shown_by_every_python() -> None:
    """A character that a later Unicode version may assign is not escaped, since repr() differs by version."""
    assert show("\u0378\u2028\\u0378") == "'\u0378\\u2028\\\\u0378'"


@settings(deadline=None)
@given(st.text())
def test_strings_read_back(text: str) -> None:
    """The text of a string is a literal of it."""
    assert ast.literal_eval(show(text)) == text


@settings(deadline=None)
@given(st.text())
def test_clean_text_is_one_line(text: str) -> None:
    """A cleaned name has no character that ends a line."""
    assert len(clean(text).splitlines()) <= 1


def test_names_of_types_and_fields_are_cleaned() -> None:
    """A line feed in the name of a type, a field or a mark does not break the line."""
    value = [Ref("P\n"), Struct("S\n", (("f\n", 1),)), Mark("m\n")]
    assert show(value) == r"[<P\n>, S\n(f\n=1), m\n]"


def test_paths_are_shortened_wherever_they_stand() -> None:
    """Strings, bytes, keys, fields and marks are searched for paths."""
    value = ["/w/a", b"/w/a", {"/w/a": 1}, Struct("PosixPath", ((None, "/w/a"),)), Mark("<file /w/a>")]
    shown = ValueText(PathRoots({"root": "/w"})).show(value)
    assert shown == "['<root>/a', b'<root>/a', {'<root>/a': 1}, PosixPath('<root>/a'), <file <root>/a>]"


def test_plain_values_are_equal_copies() -> None:
    """Builtin values come back equal, and changing the copy changes no event."""
    value = {"a": [1, (2.5, None)], "b": {3}, "c": b"x", "d": True}
    copy = ValueText().plain(value)
    copy["a"].append(0)
    assert (value["a"], ValueText().plain(value)) == ([1, (2.5, None)], value)


def test_plain_descriptions_are_texts() -> None:
    """What is no builtin value comes as its text."""
    value = [Ref("P", 9), Struct("S", ()), Mark("<redacted>"), Cut("a", 1, "chars", "0")]
    assert ValueText().plain(value) == ["<P#1>", "S()", "<redacted>", "'a'...<+1 chars #0>"]


def test_plain_floats_are_rounded() -> None:
    """The last digits, which differ between machines, are dropped."""
    assert ValueText().plain(0.1 + 0.2) == 0.3


def test_plain_strings_have_short_paths() -> None:
    """A path in a plain value begins with its root."""
    assert ValueText(PathRoots({"root": "/w"})).plain(["/w/a"]) == ["<root>/a"]


def test_plain_huge_integer_is_text() -> None:
    """An integer that a snapshot could not write in decimal comes in hexadecimal."""
    assert ValueText().plain(1 << 40_000) == hex(1 << 40_000)


def test_nested_sets_of_objects() -> None:
    """Sets in sets are written with their braces."""
    assert show({frozenset({Ref("P", 1)}), 1}) == "{1, frozenset({<P#1>})}"


def test_recursion_limit_is_untouched() -> None:
    """Rendering does not change the interpreter's limit."""
    before = sys.getrecursionlimit()
    show([[[]]])
    assert sys.getrecursionlimit() == before
