"""The event model."""

from __future__ import annotations

from dataclasses import fields

import pytest

from snapy_instrument.events import CallEvent, EventType
from tests.trace.builders import event

FOUNDING = (
    "event_type function_name filename line_number args return_value depth timestamp thread_id memory_usage".split()
)


def test_the_ten_fields_of_the_founding_document_come_first() -> None:
    """In its order; others have defaults."""
    assert [field.name for field in fields(CallEvent)][:10] == FOUNDING


@pytest.mark.parametrize("kind", list(EventType))
def test_a_kind_of_event_is_a_string(kind: EventType) -> None:
    """Users compare it with text."""
    assert kind == str(kind) == kind.value


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ({"module": "shop", "qualname": "Order.pay"}, "shop.Order.pay"),
        ({"module": "shop"}, "shop.pay"),
        ({}, "pay"),
    ],
)
def test_the_name_of_a_call_is_what_is_known_of_it(found: dict[str, str], name: str) -> None:
    """A hand-made event may have the function's name alone."""
    assert event("call", "pay", **found).name == name


def test_equal_fields_make_equal_events() -> None:
    """An event is a value."""
    assert event("call", "pay", args={"n": 1}) == event("call", "pay", args={"n": 1})
