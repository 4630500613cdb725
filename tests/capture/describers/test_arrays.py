"""Buffers, arrays and data frames."""

from __future__ import annotations

import array
import sys
import types
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


class RangeIndex:
    """A RangeIndex as pandas has it."""

    def __init__(self, start: int, stop: int) -> None:
        self.start, self.stop, self.step = start, stop, 1

    def __len__(self) -> int:
        return self.stop - self.start


class Column:
    """An extension array as pandas has them, and an Index over one."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: slice) -> Column:
        return Column(self.values[place])

    @property
    def array(self) -> Column:
        """The values themselves."""
        return self

    def to_numpy(self) -> Any:
        """The values as numpy has them."""
        return np.array(self.values)


class NumpyColumn(Column):
    """A wrapper of a numpy array as pandas has it."""

    def __getitem__(self, place: slice) -> Column:
        raise AssertionError("copied")


class Series:
    """A Series as pandas has it."""

    def __init__(self, values: list[Any], name: str | None, index: Any) -> None:
        self.array, self.name, self.index = Column(values), name, index


class DataFrame:
    """A DataFrame as pandas has it."""

    def __init__(self, columns: dict[str, list[Any]], index: Any) -> None:
        self.held, self.index = columns, index

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.index), len(self.held)

    @property
    def columns(self) -> list[str]:
        """Labels."""
        return list(self.held)

    @property
    def iloc(self) -> Any:
        """Columns by place."""
        frame = self

        class Locator:
            def __getitem__(self, place: tuple[slice, int]) -> Series:
                name = list(frame.held)[place[1]]
                return Series(frame.held[name], name, frame.index)

        return Locator()


@pytest.fixture
def _pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("pandas")
    vars(module).update(DataFrame=DataFrame, Series=Series)
    monkeypatch.setitem(sys.modules, "pandas", module)


@pytest.mark.usefixtures("_pandas")
def test_data_frames() -> None:
    """Columns by name, redacted by name; the index where it says more than the count."""
    frame = DataFrame({"a": [1, 2], "password": [3, 4]}, Column([7, 8]))
    assert repr(seen(frame)) == (
        "DataFrame({'a': ndarray([1, 2], dtype='int64'), 'password': <redacted>}, index=ndarray([7, 8], dtype='int64'))"
    )


@pytest.mark.usefixtures("_pandas")
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (0, "Series(ndarray([1], dtype='int64'), name='n')"),
        (5, "Series(ndarray([1], dtype='int64'), name='n', index=range(5, 6))"),
    ],
)
def test_series(start: int, expected: str) -> None:
    """Values and name; an index that counts from zero is left out."""
    assert repr(seen(Series([1], "n", RangeIndex(start, start + 1)))) == expected


@pytest.mark.usefixtures("_pandas")
def test_long_columns() -> None:
    """A long numpy column is digested whole; of another kind its length and its first rows are shown."""
    series = Series([0] * 20_000, None, RangeIndex(0, 20_000))
    assert seen(series).fields[0][1][0] == 20_000
    series.array = NumpyColumn([0] * 20_000)
    assert dict(seen(series).fields[0][1].fields)["shape"] == (20_000,)


@pytest.mark.parametrize(
    ("name", "module", "expected"),
    [("NaTType", "pandas.api.typing", "NaT"), ("NAType", "pandas._libs", "NA"), ("NAType", "mine", "<NAType#1>")],
)
def test_missing_values(name: str, module: str, expected: str) -> None:
    """pandas' marks of missing values read by name; classes of others do not."""
    assert repr(seen(type(name, (), {"__module__": module})())) == expected


@pytest.mark.usefixtures("_pandas")
def test_wide_data_frames_show_their_width() -> None:
    """Of a frame with many columns the first are captured and all are counted."""
    frame = DataFrame({f"c{number}": [number] for number in range(150)}, RangeIndex(0, 1))
    columns, count = seen(frame).fields
    assert count == ("columns", 150)
    assert columns[1].hidden == 50


@pytest.mark.usefixtures("_pandas")
def test_a_broken_data_frame_is_told_by_type() -> None:
    """What goes wrong in the library leaves type and identity."""
    assert type(seen(DataFrame.__new__(DataFrame))) is Ref
    assert type(seen(Series.__new__(Series))) is Ref


def test_a_class_called_data_frame_is_not_pandas() -> None:
    """A class is recognised by identity, not by name."""
    assert type(seen(type("DataFrame", (), {"shape": (1, 1)})())) is Ref
