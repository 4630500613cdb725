"""The Trace."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from syrupy.extensions.amber.serializer import AmberDataSerializer

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.text.layout import format_trace
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, detached, event, events
from tests.trace.storage.test_event_json import EVENTS as RANDOM_EVENTS

WRONG_OPTIONS = ['"scrub": ["x"]', '"max_depth": 0', '"collapse": ["a..b"]', '"float_digits": 99']
EVENTS = events(call("m.f", x=1)(call("m.g").returns("/w/a")), detached("t", call("m.job")))


def test_repr_and_str_are_the_text() -> None:
    """A trace shows as its text at its level."""
    trace = Trace(EVENTS, detail="minimal")
    assert repr(trace) == str(trace) == trace.format() == format_trace(EVENTS, detail="minimal")


def test_amber_snapshot_is_the_text() -> None:
    """syrupy without our extension stores the text."""
    assert AmberDataSerializer.serialize(Trace(EVENTS)) == format_trace(EVENTS)


def test_level_of_the_text_can_be_chosen() -> None:
    """Another level is formatted on request."""
    assert Trace(EVENTS).format("verbose") == format_trace(EVENTS, detail="verbose")


def test_detailed_level_is_standard() -> None:
    """The alias is resolved."""
    assert Trace(EVENTS, detail="detailed").detail == "standard"


UNKNOWN: Any = "x"


@pytest.mark.parametrize("use", [lambda: Trace([], detail=UNKNOWN), lambda: Trace([]).format(UNKNOWN)])
def test_unknown_level(use: Callable[[], object]) -> None:
    """A wrong level is refused when it is given."""
    with pytest.raises(ValueError, match="unknown level 'x'"):
        use()


def test_paths_are_shortened_by_the_places_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default the current folder is the root."""
    monkeypatch.chdir(tmp_path)
    assert str(Trace(events(call("m.f", x=f"{tmp_path}/a")))).endswith("m.f(x='<root>/a')")


def test_roots_can_be_given() -> None:
    """Given roots are used instead."""
    assert "'<mine>/a'" in str(Trace(EVENTS, root={"mine": "/w"}))


def test_events_are_all_events() -> None:
    """The events are kept as given."""
    assert Trace(iter(EVENTS)).events == tuple(EVENTS)


def test_length_and_iteration_are_calls() -> None:
    """A trace is a collection of its call events in the order of the tree."""
    trace = Trace(EVENTS)
    assert (len(trace), [each.name for each in trace], trace.calls) == (
        3,
        ["m.f", "m.g", "m.job"],
        list(trace),
    )


def test_roots_are_calls_without_caller() -> None:
    """Roots of other threads are the last."""
    assert [node.name for node in Trace(EVENTS).roots] == ["m.f", "m.job"]


def test_tree_is_built_once() -> None:
    """The tree is kept."""
    trace = Trace(EVENTS)
    assert trace.tree is trace.tree


def test_empty_trace_is_true() -> None:
    """A trace without calls is a trace."""
    assert (bool(Trace([])), len(Trace([]))) == (True, 0)


def test_equal_texts_are_equal_traces() -> None:
    """Traces of two runs are equal though times differ."""
    later = [dataclasses.replace(each, timestamp=99.0) for each in EVENTS]
    assert Trace(later) == Trace(EVENTS)


def test_different_texts_are_different_traces() -> None:
    """A changed value makes traces unequal."""
    assert Trace(events(call("m.f", x=1))) != Trace(events(call("m.f", x=2)))


def test_difference_below_the_level_does_not_count() -> None:
    """Traces are compared at their own levels."""
    first, second = (Trace(events(call("m.f", x=n)), detail="minimal") for n in (1, 2))
    assert first == second


def test_levels_make_a_difference() -> None:
    """A minimal trace is not a standard one."""
    assert Trace(EVENTS, detail="minimal") != Trace(EVENTS)


@pytest.mark.parametrize("other", [None, "text", 1, []])
def test_foreign_types_are_left_to_themselves(other: object) -> None:
    """Comparison with another type is that type's business, as syrupy needs."""
    assert Trace([]).__eq__(other) is NotImplemented


def test_no_hash() -> None:
    """A trace cannot be a key."""
    with pytest.raises(TypeError):
        hash(Trace([]))


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda trace: pickle.loads(pickle.dumps(trace))])
def test_copies_keep_events_level_and_roots(way: Callable[[Trace], Trace]) -> None:
    """copy, deepcopy and pickle give an equal trace."""
    trace = Trace(EVENTS, detail="verbose", root={"mine": "/w"})
    assert (way(trace), way(trace).events) == (trace, trace.events)


def test_deep_trace_pickles() -> None:
    """The tree is not pickled, so nesting does not matter."""
    trace = Trace([event("call", "f", call_id=i, parent_id=i - 1 or None) for i in range(1, 5001)])
    assert (trace.tree.height(), len(pickle.loads(pickle.dumps(trace)))) == (5000, 5000)


def test_saved_trace_comes_back(tmp_path: Path) -> None:
    """Events, level and roots are loaded, so the text is the same on another machine."""
    trace = Trace(EVENTS, detail="verbose", root={"mine": "/w"})
    trace.save(tmp_path / "a")
    loaded = Trace.load(tmp_path / "a")
    assert (loaded.events, str(loaded)) == (trace.events, str(trace))
    assert loaded.path_roots.prefixes == {"mine": ("/w",)}


@pytest.mark.parametrize(
    "header", ['"level": "loud"', '"roots": 3', '"roots": {"a": [1]}', '"level": []', *WRONG_OPTIONS]
)
def test_wrong_header_is_refused(tmp_path: Path, header: str) -> None:
    """An option that cannot be is named."""
    path = tmp_path / "a"
    path.write_text('{"format": "snapy-trace", "version": 1, ' + header + "}\n")
    with pytest.raises(TraceError, match="line 1 has a wrong option"):
        Trace.load(path)


@settings(deadline=None, max_examples=60)
@given(RANDOM_EVENTS)
def test_any_event_has_a_text(found: CallEvent) -> None:
    """Whatever an event holds, its trace has a text at each level."""
    assert all(Trace([found]).format(level).startswith("trace v1") for level in ("minimal", "standard", "verbose"))
