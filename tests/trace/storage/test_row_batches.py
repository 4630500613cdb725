"""Batches of rows as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.store.rows import Rows
from snapy_instrument.trace.storage.row_batches import RowReader, RowWriter
from tests.trace.builders import call, event, events
from tests.trace.storage.test_event_json import EVENTS

SHOP = events(call("m.f", x=1)(*[call("m.g", x=n % 3).returns(n) for n in range(20)]).returns(9))


def batches(found: list[CallEvent], size: int) -> tuple[EventTables, list[dict[str, Any]]]:
    """The tables of events, and their rows in batches, as JSON has them."""
    tables, writer = EventTables.from_events(found), RowWriter()
    starts = range(0, len(found), size)
    packed = [writer.packed(tables.rows, start, min(start + size, len(found))) for start in starts]
    return tables, [json.loads(json.dumps(each)) for each in packed]


def unpacked(packed: list[dict[str, Any]]) -> Rows:
    """The rows of successive batches."""
    rows, reader = Rows(), RowReader()
    for each in packed:
        rows.extend(reader.unpacked(each).columns())
    return rows


@settings(deadline=None, max_examples=60)
@given(st.lists(EVENTS, max_size=8), st.integers(1, 4))
def test_rows_of_any_events_come_back(found: list[CallEvent], size: int) -> None:
    """Column by column, in batches of any size."""
    tables, packed = batches(found, size)
    assert unpacked(packed).columns() == tables.rows.columns()


@pytest.mark.parametrize("size", [1, 7, 100])
def test_rows_of_a_program_come_back(size: int) -> None:
    """Calls may end in a later batch."""
    tables, packed = batches(SHOP, size)
    assert unpacked(packed).columns() == tables.rows.columns()


def test_what_can_be_known_is_left_out() -> None:
    """Ids that count upwards, depths, the sites of ends, lanes, and columns without a number."""
    _, (packed,) = batches(SHOP, 100)
    assert set(packed) == {"rows", "kinds", "sites", "arguments", "values", "parents", "back", "times", "memory"}
    assert (packed["rows"], packed["kinds"][:3]) == (42, "ccr")


def test_few_unusual_numbers_are_written_with_their_places() -> None:
    """As differences of places."""
    found = [event("return", "f", call_id=1, return_value=7 if n in (3, 5) else None) for n in range(20)]
    _, (packed,) = batches(found, 100)
    assert packed["values"] == {"at": [3, 2], "is": [1, 1]}


def test_a_time_between_nanoseconds_is_written_whole() -> None:
    """All others are differences of nanoseconds."""
    found = [event("call", "f", call_id=1, timestamp=0.5 + n) for n in range(9)]
    found.append(event("return", "f", call_id=1, timestamp=1 / 3))
    tables, (packed,) = batches(found, 100)
    assert (packed["times"][0], packed["seconds"]) == (500_000_000, {"at": [9], "is": [1 / 3]})
    assert unpacked([packed]).times == tables.rows.times


def test_times_of_a_clock_with_other_units_are_whole_numbers_too() -> None:
    """Of the power of 2 that all floats of their size are multiples of."""
    found = [event("call", "f", call_id=1, timestamp=12_345 + n / 3e9) for n in range(50)]
    tables, (packed,) = batches(found, 100)
    assert ("seconds" in packed, packed["exponent"], len(str(packed["times"][1]))) == (False, 39, 3)
    assert unpacked([packed]).times == tables.rows.times
