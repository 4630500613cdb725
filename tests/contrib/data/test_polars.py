"""Data frames and series of polars, as a trace shows them; nothing lazy is collected."""

from __future__ import annotations

import polars as pl
import pytest

from tests.contrib.texts import text

FRAME = pl.DataFrame({"sku": ["pen", "mug", "cup"], "price": [1.5, 7.25, None], "password": ["x", "y", "z"]})


def test_a_frame_is_its_shape_and_columns() -> None:
    """Each column has its type and a digest; one with the name of a secret is hidden."""
    assert text(FRAME) == (
        "DataFrame(shape=(3, 3), columns={'sku': <String #d17c67ac>, 'price': <Float64 #f2f598bd>, "
        "'password': <redacted>})"
    )


def test_rows_on_demand() -> None:
    """The first rows, or all."""
    long = pl.DataFrame({"n": range(7), "password": range(7)})
    assert text(long, "head").endswith("head={'n': [0, 1, 2, 3, 4], 'password': <redacted>})")
    assert text(long, "full").endswith("rows={'n': [0, 1, 2, 3, 4, 5, 6], 'password': <redacted>})")
    assert text(FRAME["sku"], "head") == "Series(3, <String #d17c67ac>, name='sku', head=['pen', 'mug', 'cup'])"


def test_the_digest_does_not_depend_on_memory() -> None:
    """Chunks, slices and clones are the same data."""
    one = pl.DataFrame({"a": [1.5, 2.5, 3.5], "b": ["x", "y", None]})
    chunked = pl.concat([one[:1], one[1:]], rechunk=False)
    assert chunked.n_chunks() == 2
    assert {text(each) for each in (one.clone(), chunked, pl.concat([one, one])[:3], one[::-1][::-1])} == {text(one)}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("Int64", [1, 2]),
        ("Float32", [1.5, 2.5]),
        ("Boolean", [True, False]),
        ("Categorical", ["a", "b"]),
        ("List(Int64)", [[1], [2]]),
    ],
)
def test_kinds_of_columns(kind: str, values: list[object]) -> None:
    """The type stands before the digest, and a changed value has a different digest."""
    dtype = pl.List(pl.Int64) if "List" in kind else getattr(pl, kind)
    one, two = pl.Series(values, dtype=dtype), pl.Series(values[::-1], dtype=dtype)
    assert text(one).startswith(f"Series(2, <{kind} #")
    assert text(one) != text(two)


def test_a_lazy_frame_is_not_collected() -> None:
    """It is known by type."""
    ran: list[int] = []
    lazy = FRAME.lazy().map_batches(lambda frame: ran.append(1) or frame)  # type: ignore[func-returns-value]
    assert text(lazy) == "<LazyFrame#1>"
    assert ran == []
