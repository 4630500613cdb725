"""Tables as lines of JSON."""

from __future__ import annotations

import json

import pytest

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.storage.table_json import TableReader, TableWriter
from tests.trace.builders import call, event, events, thing

SHOP = events(call("shop.f", x=(1, {2}), p=thing("P"))(call("shop.g").raises("ValueError", "x")).returns("y"))


def lines(writer: TableWriter, found: list[CallEvent]) -> list[str]:
    """What is written for events in tables of their own."""
    tables = EventTables.from_events(found)
    return "".join(writer.lines(tables, 0, len(tables))).splitlines()


def read(reader: TableReader, found: list[str]) -> None:
    """Read lines."""
    for line in found:
        reader.read(json.loads(line))


def test_tables_come_back() -> None:
    """Line by line."""
    reader = TableReader()
    read(reader, lines(TableWriter(), SHOP))
    assert reader.tables.events() == SHOP
    assert not reader.ended


def test_an_entry_is_written_once() -> None:
    """The next batch has rows alone."""
    tables, writer = EventTables.from_events(SHOP), TableWriter()
    assert len(list(writer.lines(tables, 0, 2))) > 3
    (line,) = filter(None, writer.lines(tables, 2, len(tables)))
    assert json.loads(line)["rows"] == len(tables) - 2


def test_equal_entries_of_two_windows_are_one() -> None:
    """Whatever their numbers are in the second one."""
    writer, reader = TableWriter(), TableReader()
    read(reader, lines(writer, SHOP))
    size = len(reader.tables.values)
    writer.begin_window()
    more = [event("call", "new", call_id=9, args={"z": 5}), *SHOP]
    read(reader, lines(writer, more))
    assert reader.tables.events() == [*SHOP, *more]
    assert len(reader.tables.values) == size + 1


def test_the_end_says_how_many_events_there_are() -> None:
    """Another number is refused."""
    writer, reader = TableWriter(), TableReader()
    read(reader, [*lines(writer, SHOP), writer.end(len(SHOP))])
    assert reader.ended
    with pytest.raises(ValueError, match=f"end: 1 events were written, {len(SHOP)} are here"):
        reader.read({"end": 1})


def test_an_event_that_cannot_be_saved_is_named() -> None:
    """By its place and its name, whichever table its value is in."""
    bad = [event("call", "f", call_id=1), event("call", "g", call_id=2, args={"x": object()})]
    with pytest.raises(TraceError, match=r"event 1 \(g\): a object cannot be saved"):
        lines(TableWriter(), bad)
    with pytest.raises(TraceError, match=r"event 0 \(f\): a object cannot be saved"):
        lines(TableWriter(), [event("call", "f", call_id=1, spawn_id=object())])
