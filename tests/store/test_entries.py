"""Entries of the tables, each once."""

from __future__ import annotations

from snapy_instrument.store.entries import Entries
from snapy_instrument.store.event_tables import EventTables
from tests.trace.builders import event


def test_equal_entries_are_there_once() -> None:
    """Sites, lanes, values, lists of arguments and rare fields."""
    one = [event("call", "f", call_id=1, args={"x": [1]}, defaulted=("x",)), event("return", "f", call_id=1)]
    again = [event("call", "f", call_id=2, args={"x": [1]}, defaulted=("x",)), event("return", "f", call_id=2)]
    tables = EventTables.from_events([*one, *again])
    entries = tables.sites, tables.lanes, tables.values, tables.arguments, tables.extras
    assert [len(each) for each in entries] == [1, 1, 2, 1, 2]


def test_rare_fields_are_compared_by_type() -> None:
    """True and 1 are two; no fields have the index 0."""
    entries = Entries()
    assert entries.extra((("finished", 0),)) != entries.extra((("finished", False),))
    assert entries.extra(()) == 0
