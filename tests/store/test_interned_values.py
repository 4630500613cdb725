"""Equal dead values have one number."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
from hypothesis import given

from snapy_instrument.store.interned_values import InternedValues
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.values import Cut, Mark, Ref, Struct
from tests.trace.storage.test_event_json import VALUES

SAME: list[Any] = [
    None,
    True,
    7,
    1.5,
    0.0,
    -0.0,
    math.nan,
    2j,
    "pen",
    b"pen",
    bytearray(b"pen"),
    [1, "x"],
    (1, "x"),
    {1, "x"},
    frozenset({1, "x"}),
    {"a": 1, "b": [2]},
    Ref("Gateway", 1),
    Struct("Item", (("sku", "pen"), (None, 2))),
    Mark("<redacted>"),
    Cut("aaa", 997, "chars", "1f0c2a3b"),
]
APART: list[tuple[Any, Any]] = [
    (1, True),
    (1, 1.0),
    (1.0, 1 + 0j),
    (0.0, -0.0),
    ([0.0], [-0.0]),
    ("1", b"1"),
    (b"x", bytearray(b"x")),
    ([1], (1,)),
    ({1}, frozenset({1})),
    ([1], [True]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (Ref("A", 1), Ref("A", 2)),
    (Mark("x"), "x"),
    (Struct("A", ()), Struct("B", ())),
    (Struct("A", (("x", 1),)), Struct("A", ((None, 1),))),
    ({1: "x"}, {True: "x"}),
]


def nested(depth: int) -> Any:
    """A list in a list, that many times."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


# A set is shown in the order of the hash seed, which differs between the workers of pytest-xdist.
@pytest.mark.parametrize("value", SAME, ids=range(len(SAME)))
def test_a_copy_has_the_number_of_the_first(value: Any) -> None:
    """Whether it is asked for as kept or not."""
    interned = InternedValues()
    copy = pickle.loads(pickle.dumps(value))
    numbers = {interned.number(value), interned.number(copy), interned.number_kept(value), interned.number_kept(copy)}
    assert len(numbers) == 1
    assert interned.values[numbers.pop()] is value


@pytest.mark.parametrize(("one", "two"), APART, ids=repr)
@pytest.mark.parametrize("number", [InternedValues.number, InternedValues.number_kept])
def test_values_of_different_types_or_orders_have_two_numbers(number: Any, one: Any, two: Any) -> None:
    """Also where Python calls them equal."""
    interned = InternedValues()
    assert number(interned, one) != number(interned, two)


def test_none_has_the_number_zero() -> None:
    """In a table without any values too."""
    interned = InternedValues()
    assert (interned.number(None), interned.values, len(interned)) == (0, [None], 1)


@pytest.mark.parametrize("depth", [200, 50_000])
def test_deep_values_are_known_by_identity(depth: int) -> None:
    """They are not compared; nothing is raised."""
    interned, value = InternedValues(), nested(depth)
    assert interned.number(value) == interned.number(value)
    assert interned.number(nested(depth)) == 2


def test_a_value_that_holds_itself_is_known_by_identity() -> None:
    """As one that is nested without end."""
    value: list[Any] = []
    value.append(value)
    interned = InternedValues()
    assert interned.number(value) == interned.number(value) == 1


def test_what_capture_does_not_make_is_known_by_identity() -> None:
    """In a container too: nothing of it is called."""
    interned, one, two = InternedValues(), object(), object()
    assert interned.number([one]) == interned.number([one])
    assert len({interned.number(each) for each in (one, two, [one], [two])}) == 4


def test_objects_are_forgotten_and_values_are_not() -> None:
    """After `forget_objects` the identity of an object says nothing."""
    interned = InternedValues()
    value = [1]
    number = interned.number_kept(value)
    value.append(2)
    assert interned.number_kept(value) == number
    interned.forget_objects()
    assert interned.number_kept(value) != number
    assert interned.number_kept([1]) == number


def test_a_restored_table_has_its_values() -> None:
    """Under the same numbers; it knows nothing of what they are equal to."""
    interned = InternedValues()
    interned.number("x")
    copy = pickle.loads(pickle.dumps(interned))
    assert copy.values == [None, "x"]
    assert copy.number("y") == 2


@given(one=VALUES, two=VALUES)
def test_values_with_one_number_have_one_text(one: Any, two: Any) -> None:
    """And a copy has the number of its original."""
    interned = InternedValues()
    numbers = interned.number(one), interned.number(two)
    assert interned.number(pickle.loads(pickle.dumps(one))) == numbers[0]
    if numbers[0] == numbers[1]:
        assert ValueText().draft(one) == ValueText().draft(two)
