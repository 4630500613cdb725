"""Calls by number."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.call_index import CallIndex
from tests.trace.builders import call, detached, event, events, marker, sets, yields
from tests.trace.storage.test_event_json import EVENTS

SHOP = events(
    call("shop.checkout")(call("shop.total").returns(1), yields(2), sets(a=1), call("shop.pay").raises("ValueError")),
    detached("t", call("shop.job")),
    marker("stopped"),
)


def structure(index: CallIndex) -> list[Any]:
    """All that an index says of the tree."""
    return [
        index.rows,
        index.ends,
        index.raised,
        index.orders,
        index.children,
        index.inner,
        index.roots,
        index.detached,
        index.markers,
        index.by_id,
    ]


def test_calls_are_counted_in_the_order_of_their_begins() -> None:
    """A parent before the calls inside it."""
    index = CallIndex(SHOP)
    names = [index.event(row).function_name for row in index.rows]
    assert len(index) == len(names) == 4
    assert names.index("checkout") < names.index("total") < names.index("pay")
    checkout = names.index("checkout")
    assert [names[child] for child in index.children[checkout]] == ["total", "pay"]
    assert ([names[root] for root in index.roots], [names[each] for each in index.detached]) == (["checkout"], ["job"])


def test_ends_exceptions_and_inner_events_have_their_places() -> None:
    """Among all events; -1 where there is none."""
    index = CallIndex(SHOP)
    names = [index.event(row).function_name for row in index.rows]
    pay, checkout = names.index("pay"), names.index("checkout")
    assert index.event(index.ends[pay]).event_type == "return"
    assert index.event(index.raised[pay]).event_type == "exception"
    assert index.raised[checkout] == -1
    assert [index.event(row).event_type for _, row in index.inner[checkout]] == ["yield", "line"]
    assert [index.event(row).function_name for row in index.markers] == ["stopped"]


def test_an_index_of_tables_is_that_of_the_events() -> None:
    """Nothing of the events is needed."""
    assert structure(CallIndex(EventTables.from_events(SHOP))) == structure(CallIndex(SHOP))


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=8))
def test_any_tables_have_the_index_of_their_events(found: list[CallEvent]) -> None:
    """Events without identifiers, with wrong parents and of wrong types too."""
    assert structure(CallIndex(EventTables.from_events(found))) == structure(CallIndex(found))


def test_events_made_by_hand_may_have_any_identifier() -> None:
    """One that no column holds is found among the rare fields."""
    found = [event("call", "f", call_id=-1), event("call", "g", call_id=1 << 80, parent_id=-1)]
    found += [event("return", "g", call_id=1 << 80), event("call", "h", call_id=3)]
    index = CallIndex(EventTables.from_events(found))
    assert structure(index) == structure(CallIndex(found))
    assert (index.children[0], index.ends[1], index.roots) == ([1], 2, [0, 2])


def test_regrouped_calls_leave_the_index_unchanged() -> None:
    """Only what is in the new tree can be reached."""
    index = CallIndex(events(call("m.f")(call("m.g")(call("m.h")))))
    part = index.regrouped([0], [], [[2], [], []])
    assert (list(part.reachable()), list(index.reachable())) == ([0, 2], [0, 1, 2])
    assert index.walk() == [0, 1, 2]
    assert part.call_id(2) == index.call_id(2)
