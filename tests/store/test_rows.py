"""Rows of numbers, kept as columns."""

from __future__ import annotations

from array import array

import pytest

from snapy_instrument.events import EventType
from snapy_instrument.store.rows import KINDS, Rows


def test_columns_may_be_arrays() -> None:
    """Of the same type, as native memory is read."""
    rows, more = Rows(2), Rows(3)
    rows.extend(more.columns())
    assert (len(rows), rows.parent_ids) == (5, array("q", [-1] * 5))


def test_a_number_that_does_not_fit_adds_no_row() -> None:
    """All columns stay equally long."""
    rows = Rows(1)
    columns = [column.tolist() for column in rows.columns()]
    columns[-1] = ["x"]
    with pytest.raises(TypeError):
        rows.extend(columns)
    assert {len(column) for column in rows.columns()} == {1}


def test_the_first_kind_is_a_call() -> None:
    """`Rows(length)` relies on it."""
    assert (KINDS[0], set(KINDS)) == (EventType.CALL, set(EventType))
