"""Measured quantities."""

from __future__ import annotations

import copy
import json
import math
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.extensions.amber.serializer import AmberDataSerializer
from syrupy.extensions.json import JSONSnapshotExtension

from snapy_instrument.trace.analysis.volatile import Volatile, VolatileList

NUMBERS = st.one_of(st.integers(-1000, 1000), st.floats(-1000, 1000))
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod]


def test_text_hides_the_number() -> None:
    """repr, str and a plain format say that the value is measured."""
    assert (repr(Volatile(1.5)), str(Volatile(1.5)), f"{Volatile(1.5)}") == ("<volatile>",) * 3


def test_format_with_a_specification_shows_the_number() -> None:
    """A format with digits shows them."""
    assert f"{Volatile(1.5):.2f}" == "1.50"


@given(NUMBERS, NUMBERS, st.sampled_from(COMPARISONS))
def test_compares_as_its_number(first: float, second: float, compare: Callable[[Any, Any], bool]) -> None:
    """Against numbers, on both sides, and against its like, it compares as the number."""
    expected = compare(first, second)
    ways = [(Volatile(first), second), (first, Volatile(second)), (Volatile(first), Volatile(second))]
    assert [compare(*way) for way in ways] == [expected] * 3


@pytest.mark.parametrize("compare", COMPARISONS)
def test_nan_compares_as_nan(compare: Callable[[Any, Any], bool]) -> None:
    """A measurement that is no number is neither less nor more than one."""
    assert compare(Volatile(math.nan), 1.0) == compare(math.nan, 1.0)


@given(NUMBERS, NUMBERS.filter(bool), st.sampled_from(ARITHMETIC))
def test_calculates_as_its_number(first: float, second: float, apply: Callable[[Any, Any], Any]) -> None:
    """What is computed from a measurement is the right number and volatile again."""
    results = [apply(Volatile(first), second), apply(Volatile(first), Volatile(second))]
    if first:
        results.append(apply(first, Volatile(second)))
    expected = apply(first, second)
    assert all(type(result) is Volatile and result == expected for result in results)


@pytest.mark.parametrize(
    ("convert", "expected"),
    [
        (float, 2.5),
        (int, 2),
        (round, 2),
        (math.floor, 2),
        (math.ceil, 3),
        (math.trunc, 2),
        (bool, True),
        (hash, hash(2.5)),
        (math.sqrt, math.sqrt(2.5)),
        (operator.attrgetter("value"), 2.5),
    ],
)
def test_converts_as_its_number(convert: Callable[[Any], Any], expected: Any) -> None:
    """Conversions give the plain number."""
    found = convert(Volatile(2.5))
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("apply", "expected"),
    [
        (operator.neg, -2.5),
        (operator.pos, 2.5),
        (abs, 2.5),
        (lambda v: round(v, 0), 2.0),
        (lambda v: v**2, 6.25),
        (lambda v: 2**v, 2**2.5),
        (lambda v: sum([v, v]), 5.0),
    ],
)
def test_stays_volatile(apply: Callable[[Any], Any], expected: float) -> None:
    """Signs, digits, powers and sums keep the number hidden."""
    found = apply(Volatile(2.5))
    assert (repr(found), found.value) == ("<volatile>", expected)


def test_zero_is_false() -> None:
    """A measurement of zero is false."""
    assert not Volatile(0)


def test_is_no_float() -> None:
    """A float subclass would show its number in JSON."""
    assert not isinstance(Volatile(1.5), float)


def test_works_with_approx() -> None:
    """pytest.approx compares it."""
    assert Volatile(0.1 + 0.2) == pytest.approx(0.3)


def test_is_unequal_to_text() -> None:
    """What is no number is not equal."""
    assert Volatile(1) != "1"


def test_has_no_order_with_text() -> None:
    """What is no number has no order."""
    with pytest.raises(TypeError):
        Volatile(1) < "1"  # noqa: B015


def test_does_not_add_text() -> None:
    """What is no number cannot be added."""
    with pytest.raises(TypeError):
        Volatile(1) + "1"


def test_of_a_volatile_is_the_same_number() -> None:
    """Wrapping twice is wrapping once."""
    assert type(Volatile(Volatile(1.5)).value) is float


def test_cannot_be_changed() -> None:
    """It is a value; its hash must not change."""
    with pytest.raises(AttributeError, match="make a new one"):
        Volatile(1).value = 2


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v, 0))])
def test_copies_are_equal(way: Callable[[Any], Any]) -> None:
    """copy, deepcopy and pickle work."""
    assert way(Volatile(1.5)) == 1.5


@pytest.mark.parametrize("value", [Volatile(1.5), VolatileList([1])], ids=["number", "list"])
def test_amber_shows_no_number(value: Any) -> None:
    """syrupy's amber text of a dict has the mark."""
    assert AmberDataSerializer.serialize({"t": value}) == "dict({\n  't': <volatile>,\n})"


@pytest.mark.parametrize("value", [Volatile(1.5), VolatileList([1])], ids=["number", "list"])
def test_json_shows_no_number(value: Any) -> None:
    """syrupy's JSON has the mark as text."""
    assert json.loads(JSONSnapshotExtension().serialize({"t": value})) == {"t": "<volatile>"}


def test_list_is_a_sequence() -> None:
    """Items are got by index, number and iteration."""
    ranking = VolatileList("abc")
    assert (ranking[0], ranking[-1], len(ranking), list(ranking), "b" in ranking) == (
        "a",
        "c",
        3,
        list("abc"),
        True,
    )


def test_slice_of_a_list_stays_volatile() -> None:
    """The first items of a ranking are as unstable as the ranking."""
    top = VolatileList("abc")[:2]
    assert (repr(top), list(top)) == ("<volatile>", ["a", "b"])


def test_list_equals_a_list_of_its_items() -> None:
    """It compares with lists, tuples and its like."""
    assert VolatileList([1]) == [1]
    assert VolatileList([1]) == (1,)
    assert VolatileList([1]) == VolatileList([1])
    assert VolatileList([1]) != "1"


def test_list_has_no_hash() -> None:
    """It is as unhashable as a list."""
    with pytest.raises(TypeError):
        hash(VolatileList())
