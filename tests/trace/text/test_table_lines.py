"""Lines made from tables are those made of nodes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.call_index import CallIndex
from snapy_instrument.trace.text.call_lines import CallLines
from snapy_instrument.trace.text.levels import level_of
from snapy_instrument.trace.text.scrubbed_text import value_text
from snapy_instrument.trace.text.table_lines import TableLines
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.tree import build_tree
from tests.trace.builders import call, event, events
from tests.trace.storage.test_event_json import EVENTS

LEVELS = ["minimal", "standard", "verbose"]


def both(found: list[CallEvent], **options: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Head and outcome of each call, from tables and from nodes."""
    given, index = TextOptions(**options), CallIndex(EventTables.from_events(found))
    tree = build_tree(found)

    def lines() -> CallLines:
        return CallLines(index.by_id, level_of(given.detail), value_text(given))

    texts, nodes = list(TableLines(index, lines()).texts(range(len(index)))), lines()
    return texts, [(nodes.head(node), nodes.outcome(node)) for node in tree.nodes]


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=8), st.sampled_from(LEVELS))
def test_lines_of_any_events_are_those_of_their_nodes(found: list[CallEvent], detail: str) -> None:
    """At each level."""
    texts, expected = both(found, detail=detail)
    assert texts == expected


@pytest.mark.parametrize("detail", LEVELS)
@pytest.mark.parametrize("scrub", [(), ("port",), ("uuid",)])
def test_lines_of_a_program_are_those_of_its_nodes(detail: str, scrub: Any) -> None:
    """Defaults, methods, exceptions that pass up, unfinished calls, values that depend on the argument's name."""
    failing = call("m.j")(call("m.g", port=8080).raises("ValueError", "x")).passes_up()
    spec = call("m.A.f", self=1, port=8080, x=8080).with_defaults("x")(
        call("m.h", y=[1, [2]]).unfinished(), call("m.i").returns([1])
    )
    found = events(spec, call("m.A.f", self=1, port=8080, x=8080), failing)
    texts, expected = both(found, detail=detail, scrub=scrub)
    assert texts == expected


@pytest.mark.parametrize(
    ("name", "value"), [("qualname", 3), ("args", None), ("finished", 0), ("defaulted", ["x"]), ("module", None)]
)
def test_a_call_with_a_strange_field_is_formatted_as_a_node(name: str, value: Any) -> None:
    """Its neighbours are not."""
    odd = event("call", "f", call_id=1, args={"x": 1})
    setattr(odd, name, value)
    found = [event("call", "g", call_id=2, args={"x": 1}), odd, event("return", "g", call_id=2, return_value=[1])]
    try:
        texts, expected = both(found)
    except (TypeError, AttributeError):
        assert name == "qualname"
    else:
        assert texts == expected


def test_an_equal_value_is_formatted_once() -> None:
    """And so is an equal call."""
    index = CallIndex(EventTables.from_events(events(*[call("m.f", x=[n % 2]).returns([n % 2]) for n in range(50)])))
    lines = CallLines(index.by_id, level_of("standard"), value_text(TextOptions()))
    drafts: list[Any] = []
    draft = lines.values.draft
    lines.values.draft = lambda value: drafts.append(value) or draft(value)  # type: ignore[method-assign, func-returns-value]
    assert len(set(TableLines(index, lines).texts(range(len(index))))) == 2
    assert drafts == [[0], [1]]
