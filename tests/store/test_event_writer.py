"""Rows made of events."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.store.event_writer import FITS
from tests.store.test_event_tables import SHOP
from tests.trace.builders import event

ODD: list[tuple[str, Any]] = [
    ("event_type", "unheard of"),
    ("function_name", 7),
    ("filename", None),
    ("line_number", "one"),
    ("args", None),
    ("args", [("x", 1)]),
    ("depth", 1 << 40),
    ("depth", -1),
    ("depth", "deep"),
    ("timestamp", 3),
    ("timestamp", (1 << 60) + 1),
    ("timestamp", 1 << 2000),
    ("timestamp", "noon"),
    ("thread_id", 12),
    ("memory_usage", 1 << 70),
    ("call_id", 1 << 70),
    ("call_id", None),
    ("parent_id", -1),
    ("parent_id", 1 << 70),
    ("task", ["x"]),
    ("exception", ["ValueError", "x"]),
    ("raised_in", -1),
    ("defaulted", ["x"]),
    ("spawn_id", "x"),
    ("detached", "yes"),
    ("finished", "yes"),
    ("finished", 0),
]


@pytest.mark.parametrize(("name", "value"), ODD)
def test_an_event_made_by_hand_may_hold_anything(name: str, value: Any) -> None:
    """Its neighbours are unchanged."""
    odd = event("call", "f", call_id=1)
    setattr(odd, name, value)
    found = [event("call", "g", call_id=2, args={"x": 1}), odd, event("return", "g", call_id=2, return_value=[1])]
    assert EventTables.from_events(found).events() == found


def test_the_end_of_a_call_has_the_site_of_its_begin() -> None:
    """With its parameters, though it has no arguments."""
    tables = EventTables.from_events(SHOP)
    numbers = {tables.rows.sites[row] for row in range(len(tables)) if tables.rows.call_ids[row] == 1}
    assert [tables.sites[each].parameters for each in numbers] == [("items",)]


def test_each_field_of_an_event_is_checked() -> None:
    """A new field of `CallEvent` needs a column, or a place among the rare fields."""
    assert list(FITS) == [each.name for each in fields(CallEvent)]
