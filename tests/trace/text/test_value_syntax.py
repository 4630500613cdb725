"""Reading the text of values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.trace.text.value_syntax import closing, parts_of, split_arguments, split_members
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.values import Cut, Ref, Struct


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("(a)", 2),
        ("([1, (2)], {'k': 3}) -> 4", 19),
        ("(x=')')", 6),
        ('(x="it\'s)")', 10),
        (r"(x='\')')", 8),
        ("(x=<function f.<locals>.g>)", 26),
        ("(x=1", -1),
    ],
)
def test_closing_bracket(text: str, end: int) -> None:
    """Brackets inside quotes and marks do not count."""
    assert closing(text, 0) == end


def test_angles_may_be_no_brackets() -> None:
    """An arrow inside a value hides the end unless angles are left out."""
    assert (closing("(x=a -> b)", 0), closing("(x=a -> b)", 0, angles=False)) == (6, 9)


def test_members_of_the_outermost_level() -> None:
    """Commas inside brackets and quotes do not separate."""
    assert split_members("1, [2, 3], 'a, b', f(x, y)") == ["1", "[2, 3]", "'a, b'", "f(x, y)"]


def test_no_members() -> None:
    """An empty text has none."""
    assert split_members("") == []


def test_tuple_of_one_has_one_member() -> None:
    """What follows the last comma is no member."""
    assert split_members("1,") == ["1"]


def test_text_with_an_open_bracket_is_one_member() -> None:
    """A text that cannot be read is not cut."""
    assert split_members("(a, b") == ["(a, b"]


def test_arguments_have_names_and_values() -> None:
    """The first sign of equality ends the name."""
    assert split_arguments("x=1, y='a=b', z=f(k=2)") == (("x", "1"), ("y", "'a=b'"), ("z", "f(k=2)"))


def test_what_is_no_argument_has_no_name() -> None:
    """A member without a name is kept whole."""
    assert split_arguments("f(k=2)") == (("", "f(k=2)"),)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("[1, 2]", ["[0]", "[1]"]),
        ("(1,)", ["[0]"]),
        ("{'a': 1, 2: {'b': 3}}", ["['a']", "[2]"]),
        ("Item(sku='pen', qty=2)", [".sku", ".qty"]),
        ("ValueError('x', 1)", ["[0]", "[1]"]),
        ("{1, 2}", ["", ""]),
        ("frozenset({1})", ["[0]"]),
        ("[]", []),
    ],
)
def test_steps_to_the_members(text: str, steps: list[str]) -> None:
    """Each member of a container is led to by a step as one writes it in Python."""
    parts = parts_of(text)
    assert parts is not None
    assert [step for step, _ in parts.members] == steps


@pytest.mark.parametrize("text", ["1", "'[1]'", "<Gateway#1>", "Color.RED", "[1", "a[1] b", "-> 3", ""])
def test_scalars_have_no_parts(text: str) -> None:
    """What is no container is taken whole."""
    assert parts_of(text) is None


def test_cut_belongs_to_the_end() -> None:
    """How much was cut comes behind the last member."""
    parts = parts_of("[1, 2]...<+9 items #1f0c>")
    assert parts is not None
    assert (parts.begins, parts.ends, len(parts.members)) == ("[", "]...<+9 items #1f0c>", 2)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.binary(max_size=3), st.floats())
VALUES = st.recursive(
    st.one_of(SCALARS, st.builds(Ref, st.sampled_from(["P", "f.<locals>.Q"]), st.integers(1, 9))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.tuples(inner, inner),
        st.builds(lambda a, b: Struct("Item", (("a", a), (None, b))), inner, inner),
        st.builds(lambda items: Cut(items, 3, "items", "ab12"), st.lists(inner, max_size=2)),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(st.lists(VALUES, max_size=4))
def test_every_value_is_read_member_by_member(values: list[object]) -> None:
    """Whatever capture makes and the text shows is split where the values end."""
    shown = [ValueText().show(value) for value in values]
    text = f"f({', '.join(f'x{place}={each}' for place, each in enumerate(shown))}) -> 1"
    end = closing(text, 1)
    assert text[end:] == ") -> 1"
    assert split_arguments(text[2:end]) == tuple((f"x{place}", each) for place, each in enumerate(shown))
