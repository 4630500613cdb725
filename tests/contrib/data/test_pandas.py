"""Data frames and series of pandas, as a trace shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tests.contrib.texts import text

FRAME = pd.DataFrame({"sku": ["pen", "mug", "cup"], "price": [1.5, 7.25, None], "password": ["x", "y", "z"]})


def marks(frame: Any) -> str:
    """The columns of a frame's text, without its index."""
    return text(frame).partition("columns=")[2].partition("}")[0]


def test_a_frame_is_its_shape_and_columns() -> None:
    """Each column has its type and a digest; one with the name of a secret is hidden."""
    assert text(FRAME) == (
        "DataFrame(shape=(3, 3), columns={'sku': <str #d17c67ac>, 'price': <float64 #2fbbe5d8>, "
        "'password': <redacted>})"
    )


def test_rows_on_demand() -> None:
    """The first rows, or all."""
    long = pd.DataFrame({"n": range(7), "password": range(7)})
    assert text(long, "head").endswith("head={'n': [0, 1, 2, 3, 4], 'password': <redacted>})")
    assert text(long, "full").endswith("rows={'n': [0, 1, 2, 3, 4, 5, 6], 'password': <redacted>})")
    assert text(FRAME["sku"], "head").endswith("name='sku', head=['pen', 'mug', 'cup'])")


def test_the_digest_does_not_depend_on_memory() -> None:
    """Order, stride, blocks, slices and copies are the same data."""
    values = np.arange(3000.0).reshape(1000, 3)
    one = pd.DataFrame(values, columns=list("abc"))
    same = [
        pd.DataFrame(np.asfortranarray(values), columns=list("abc")),
        pd.DataFrame({"a": values[:, 0].copy(), "b": values[:, 1].copy(), "c": values[:, 2].copy()}),
        pd.concat([one[:400], one[400:]]),
        pd.concat([one, one])[:1000],
        one.loc[:, ::-1].loc[:, ::-1],
        pd.DataFrame(values.astype(">f8"), columns=list("abc")),
    ]
    assert {marks(frame).replace(">f8", "float64") for frame in same} == {marks(one)}
    changed = one.copy()
    changed.loc[777, "b"] += 1e-6
    assert marks(changed).split(", ")[1] != marks(one).split(", ")[1]
    assert marks(changed).split(", ")[::2] == marks(one).split(", ")[::2]


def test_texts_have_one_digest_however_they_are_stored() -> None:
    """As Python objects, as arrow's text, as categories."""
    column = pd.Series(["pen", "mug", None])
    kinds = ["object", "string[python]", "string[pyarrow]", "category", "str"]
    assert len({text(column.astype(kind)).partition("#")[2] for kind in kinds}) == 1


def test_a_dtype_is_a_difference() -> None:
    """It stands before the digest."""
    column = pd.Series([1, 2])
    assert text(column.astype("int32")).startswith("Series(2, <int32 #")
    assert text(column.astype("Int64")).startswith("Series(2, <Int64 #")
    assert text(pd.to_datetime(pd.Series(["2024-01-02"]))).startswith("Series(1, <datetime64[us] #")


def test_missing_values() -> None:
    """NaN, NA and what lies under a mask."""
    one, two = pd.array([1, 2, None], dtype="Int64"), pd.array([1, 2, 9], dtype="Int64")
    two[2] = pd.NA
    assert text(pd.Series(one)) == text(pd.Series(two))
    assert text(pd.Series([1.0, np.nan])) == text(pd.Series([1.0, -np.nan]))


def test_objects_count_by_type() -> None:
    """Neither their repr nor their equality is called."""

    class Loud:
        """Fails whatever is done with it."""

        def __repr__(self) -> str:
            raise AssertionError

        def __eq__(self, other: object) -> bool:
            raise AssertionError

        __hash__ = None  # type: ignore[assignment]

    column = pd.Series([Loud(), Loud()], dtype="object")
    assert text(column) == text(pd.Series([Loud(), Loud()], dtype="object"))
    assert text(column, "head").endswith("head=[<Loud#1>, <Loud#2>])")


def test_indexes() -> None:
    """An index that only counts is left out, others are shown by name, level by level."""
    assert "index=" not in text(FRAME)
    assert text(FRAME[1:]).endswith("index=range(1, 3))")
    assert "index={'sku': <str #d17c67ac>})" in text(FRAME.set_index("sku"))
    assert "index={'sku': <str #" in text(FRAME.set_index(["sku", "price"]))
    assert "index=<str #" in text(pd.Series([1], index=["a"]))
    assert text(FRAME.index) == "RangeIndex(range(0, 3))"
    assert text(pd.Index(["a"], name="k")).startswith("Index(1, <str #")


def test_wide_and_odd_frames() -> None:
    """Many columns are cut and counted; two columns of one name are both there; labels need not be texts."""
    wide = pd.DataFrame(np.zeros((2, 150)))
    assert text(wide).startswith("DataFrame(shape=(2, 150), columns={0: <float64 #")
    assert "...<+50 items #" in text(wide)
    assert text(pd.DataFrame([[1, 2]], columns=["a", "a"])).count("<int64 #") == 2
    assert text(pd.DataFrame()) == "DataFrame(shape=(0, 0), columns={})"
    assert text(pd.DataFrame.__new__(pd.DataFrame)) == "<DataFrame#1>"


def test_a_subclass_keeps_its_name() -> None:
    """And its description."""

    class Prices(pd.DataFrame):  # type: ignore[misc]
        """A frame of the program's."""

    assert text(Prices({"n": [1]})).startswith("Prices(shape=(1, 1), ")


def test_a_frame_is_short() -> None:
    """A line that was 11,253 characters is a few hundred."""
    frame = pd.DataFrame(np.random.default_rng(0).random((1000, 8)), columns=list("abcdefgh"))
    assert len(text(frame)) < 300
