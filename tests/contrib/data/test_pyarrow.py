"""Tables and arrays of pyarrow, as a trace shows them."""

from __future__ import annotations

import pyarrow as pa

from tests.contrib.texts import text

TABLE = pa.table({"sku": ["pen", "mug", "cup"], "qty": [1, 2, 3], "password": ["x", "y", "z"]})


def test_a_table_is_its_shape_and_columns() -> None:
    """Each column has its type and a digest; one with the name of a secret is hidden. A batch is the same."""
    expected = "(shape=(3, 3), columns={'sku': <string #d17c67ac>, 'qty': <int64 #420bf7de>, 'password': <redacted>})"
    assert text(TABLE) == f"Table{expected}"
    assert text(TABLE.to_batches()[0]) == f"RecordBatch{expected}"


def test_rows_on_demand() -> None:
    """The first rows, or all."""
    rows = "{'sku': ['pen', 'mug', 'cup'], 'qty': [1, 2, 3], 'password': <redacted>}"
    assert text(TABLE, "head").endswith(f"head={rows})")
    assert text(pa.array(range(7)), "head").endswith("head=[0, 1, 2, 3, 4])")
    assert text(pa.array(range(7)), "full").endswith("rows=[0, 1, 2, 3, 4, 5, 6])")


def test_the_digest_does_not_depend_on_memory() -> None:
    """Chunks, slices and dictionaries' order of memory are the same data."""
    chunked = pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)])
    assert chunked.column(0).num_chunks == 2
    longer = pa.concat_tables([TABLE, TABLE]).slice(0, 3)
    assert {text(chunked), text(longer)} == {text(TABLE)}
    assert text(pa.array([1, 2])) != text(pa.array([1, 3]))


def test_arrays() -> None:
    """Size, type and digest; missing values count."""
    assert text(pa.array([1, None])).startswith("Int64Array(2, <int64 #")
    assert text(pa.chunked_array([[1.5], [2.5]])).startswith("ChunkedArray(2, <double #")
    assert text(pa.array([1, None])) != text(pa.array([1, 0]))
