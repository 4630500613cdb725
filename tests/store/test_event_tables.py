"""Events as tables, and back."""

from __future__ import annotations

import pickle
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.store.interned_values import InternedValues
from snapy_instrument.store.rows import LaneRow, SiteRow
from tests.trace.builders import call, events, marker, sets, yields
from tests.trace.storage.test_event_json import EVENTS

SHOP = events(
    call("shop.checkout", items=["pen"])(
        call("shop.total", items=["pen"]).returns(1.5),
        call("shop.pay", amount=1.5).raises("ValueError", "declined"),
        sets(a=1),
        yields(3),
    ),
    marker("stopped"),
)


def assert_same(found: list[CallEvent], expected: list[CallEvent]) -> None:
    """Compare events and the types of their values; Python calls not-a-number unequal to itself."""
    number = InternedValues().number
    assert [replace(each, args={}, return_value=None) for each in found] == [
        replace(each, args={}, return_value=None) for each in expected
    ]
    for one, two in zip(found, expected, strict=True):
        assert number((one.args, one.return_value)) == number((two.args, two.return_value))


def test_a_recording_is_equal_after_a_way_through_tables() -> None:
    """Each field of each event."""
    assert EventTables.from_events(SHOP).events() == SHOP


@given(st.lists(EVENTS, max_size=8))
def test_any_events_are_equal_after_a_way_through_tables(found: list[CallEvent]) -> None:
    """Those that no recorder makes too; values with the same types."""
    assert_same(EventTables.from_events(found).events(), found)


def test_single_events_and_a_stream_are_those_of_the_list() -> None:
    """Each is made anew."""
    tables = EventTables.from_events(SHOP)
    assert [tables.event(row) for row in range(len(tables))] == list(tables.stream()) == SHOP
    assert tables.event(0) is not tables.event(0)


def test_arguments_of_one_row() -> None:
    """By name."""
    tables = EventTables.from_events(SHOP)
    assert [tables.args(row) for row in range(len(tables))][:2] == [{"items": ["pen"]}, {"items": ["pen"]}]
    assert tables.args(2) == {}


def test_a_recorder_fills_tables_without_events() -> None:
    """With entries by index, and columns."""
    tables = EventTables()
    site = tables.site(SiteRow("f", "a.py", 1, "m", "f", "proxy", ("x",)))
    lane = tables.lane(LaneRow("1", None))
    arguments = tables.arguments_of((tables.value("pen"),))
    info = tables.exception(ExceptionInfo("ValueError", "no"))
    extras = tables.extra((("defaulted", ("x",)),))
    rows = [
        (0, 1, -1, 0, site, lane, 0.5, 9, arguments, 0, -1, -1, extras),
        (1, 1, -1, 0, site, lane, 1.5, 9, -1, 0, info, 1, extras),
    ]
    tables.rows.extend(zip(*rows, strict=True))
    begin, end = tables.events()
    assert (begin.name, begin.args, begin.defaulted, begin.event_type) == ("m.f", {"x": "pen"}, ("x",), EventType.CALL)
    assert (end.exception, end.raised_in, end.timestamp) == (("ValueError", "no"), 1, 1.5)


def test_tables_are_restored_from_a_pickle() -> None:
    """As a trace is."""
    assert pickle.loads(pickle.dumps(EventTables.from_events(SHOP))).events() == SHOP
