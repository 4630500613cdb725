"""Buffers, arrays and data frames."""

from __future__ import annotations

import array
from typing import Any

import numpy as np
import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.values import Cut, Mark, Ref, Struct


def seen(value: Any) -> Any:
    """``value`` captured alone."""
    return Capture().value(value)


RELEASED = memoryview(b"abc")
RELEASED.release()
STRUCTURED: Any = np.array([(1, 2)], dtype=[("a", "i1"), ("b", "i1")])


class Thing:
    """Known by identity."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (bytearray(b"abc"), "bytearray(b'abc')"),
        (memoryview(b"abcd"), "memoryview(b'abcd')"),
        (memoryview(b"abcd")[::2], "memoryview(b'ac')"),
        (memoryview(array.array("H", [1, 2])), "memoryview(b'\\x01\\x00\\x02\\x00')"),
        (RELEASED, "<memoryview released>"),
        (memoryview(STRUCTURED), "memoryview(b'\\x01\\x02')"),
        (memoryview(bytes(4_000_000))[::2], "<memoryview of 2000000 bytes>"),
        (bytearray(b"password=abc"), "bytearray(b'password=<redacted>')"),
        (np.array([[1.0, 2.0]]), "ndarray([[1.0, 2.0]], dtype='float64')"),
        (np.array([1, 2], dtype="int8"), "ndarray([1, 2], dtype='int8')"),
        (np.array(5), "ndarray(5, dtype='int64')"),
        (np.array([True]), "ndarray([True], dtype='bool')"),
        (np.array(["ab"]), "ndarray(['ab'], dtype='<U2')"),
        (np.array([Thing(), 1], dtype=object), "ndarray([<Thing#1>, 1], dtype='object')"),
        (np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), "ndarray([(1, 2.0)], dtype='|V12')"),
        (np.zeros((0, 3)), "ndarray([], shape=(0, 3), dtype='float64')"),
        (np.float64(1.5), "float64(1.5)"),
        (np.int8(3), "int8(3)"),
        (np.bool_(True), "bool(True)"),
        (np.str_("x"), "str('x')"),
        (np.longdouble(1.5), "longdouble(1.5)"),
        (np.clongdouble(1 + 2j), "clongdouble((1+2j))"),
        (np.datetime64("2024-01-02"), "datetime64(date('2024-01-02'))"),
    ],
)
def test_small_values(value: Any, expected: str) -> None:
    """Few elements are shown by value."""
    assert repr(seen(value)) == expected


def test_large_arrays_are_told_by_shape_and_digest() -> None:
    """Shape and type are shown; one changed element changes the digest."""
    one, two = np.zeros((100, 200)), np.zeros((100, 200))
    two[50, 50] = 1
    shape, dtype, values = seen(one).fields
    assert (shape, dtype) == (("shape", (100, 200)), ("dtype", "float64"))
    assert type(values[1]) is Mark
    assert seen(one) == seen(np.zeros((100, 200))) != seen(two)


def test_huge_arrays_are_sampled() -> None:
    """Of 80 MB the start, an even sample and the shape are read; strided views are read the same way."""
    huge = np.arange(10**7)
    assert seen(huge) == seen(np.arange(10**7))
    assert seen(huge) != seen(huge + 1)
    assert seen(huge[::2]) == seen(huge[::2].copy())


def test_large_arrays_of_objects_are_cut_like_lists() -> None:
    """Objects are captured one by one, never by address."""
    values = dict(seen(np.array(["x"] * 1000, dtype=object)).fields)["values"]
    assert type(values) is Cut
    assert values.shown == ["x"] * 50


def test_subclasses_of_arrays_and_scalars_are_told_by_type() -> None:
    """A subclass of ndarray may have code of its own."""

    class Mine(np.ndarray):
        pass

    assert seen(np.zeros(3).view(Mine)) == Ref("Mine", 1)


def test_a_large_bytearray_is_cut() -> None:
    """Bytes are cut and counted."""
    cut = seen(bytearray(10**7)).fields[0][1]
    assert (cut.hidden, cut.unit) == (10**7 - 400, "bytes")


def test_a_bytearray_can_be_resized_while_captured() -> None:
    """No buffer of the program's stays exported."""
    data = bytearray(b"abc")
    captured = seen(data)
    data.extend(b"more")
    assert captured == Struct("bytearray", ((None, b"abc"),))


def test_a_view_is_not_kept_open() -> None:
    """After the capture of a memoryview its buffer can be resized."""
    data = bytearray(b"abc")
    with memoryview(data) as view:
        seen(view)
    data.extend(b"more")
    assert data == b"abcmore"


def test_a_large_array_module_array_is_cut() -> None:
    """An array of a million numbers shows the first fifty."""
    cut = seen(array.array("i", range(10**6))).fields[1][1]
    assert (cut.shown, cut.hidden) == (list(range(50)), 10**6 - 50)


@pytest.mark.parametrize(
    ("name", "module", "expected"),
    [("NaTType", "pandas.api.typing", "NaT"), ("NAType", "pandas._libs", "NA"), ("NAType", "mine", "<NAType#1>")],
)
def test_missing_values(name: str, module: str, expected: str) -> None:
    """pandas' marks of missing values read by name; classes of others do not."""
    assert repr(seen(type(name, (), {"__module__": module})())) == expected


def test_a_class_called_data_frame_is_not_pandas() -> None:
    """A class is recognised by identity, not by name."""
    assert type(seen(type("DataFrame", (), {"shape": (1, 1)})())) is Ref


def test_the_digest_of_an_array_is_of_its_values() -> None:
    """Neither order, stride nor byte order counts, nor noise in the last digits; zeros and NaN are one each."""
    one = np.arange(600.0).reshape(20, 30) / 7
    same = [np.asfortranarray(one), one.repeat(2, axis=1)[:, ::2], one.astype(">f8"), one + one * 1e-16]
    assert {repr(seen(each)) for each in same} == {repr(seen(one))}
    assert seen(one) != seen(one * (1 + 1e-11))
    assert seen(np.full(200, -0.0)) == seen(np.zeros(200))
    assert seen(np.full(200, np.nan)) == seen(-np.full(200, np.nan)) != seen(np.zeros(200))


def test_rows_of_large_arrays_are_shown_on_demand() -> None:
    """``frames="head"`` shows the first five, "full" all within the limits."""
    array = np.arange(400).reshape(200, 2)
    assert repr(Capture(frames="head").value(array)).endswith("head=[[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]])")
    assert len(dict(Capture(frames="full").value(array).fields)["rows"].shown) == 50
    assert "head" not in repr(Capture().value(array))
