"""Checks of events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.analysis.validation import TraceValidator
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import Inner, Spec, call, event, events, marker, yields

PROGRAM: list[Spec | Inner] = [
    call("m.f")(call("m.g"), call("m.job")(call("m.x")).in_thread("t"), yields(1), call("m.h").raises("E")).passes_up(),
    marker("x"),
]


def first(check: Callable[[TraceValidator, list[CallEvent]], None], found: list[CallEvent]) -> str:
    """The message of the error that ``check`` raises."""
    with pytest.raises(TraceError) as caught:
        check(TraceValidator(), found)
    return str(caught.value)


def test_recorded_events_have_no_problems() -> None:
    """What a recorder makes is sound."""
    assert TraceValidator().problems(events(*PROGRAM)) == []


def test_sound_events_pass() -> None:
    """No check raises for a sound trace."""
    TraceValidator().validate(events(*PROGRAM))


def test_trace_may_be_given() -> None:
    """A trace is checked by all of its events, not by its calls alone."""
    TraceValidator().validate(Trace(events(*PROGRAM)))


def test_return_without_call() -> None:
    """The founding document's message, then which event and what may be wrong."""
    message = first(TraceValidator.validate_call_balance, events(call("m.f"))[1:])
    assert message.startswith("Return without matching call: event 0 (m.f, call_id 1) ends no open call")


def test_second_return_of_one_call() -> None:
    """A call returns once."""
    found = events(call("m.f"))
    message = first(TraceValidator.validate_call_balance, [*found, found[-1]])
    assert message.startswith("Return without matching call: event 2")


def test_call_without_return() -> None:
    """The founding document's message, then how many and which is the first."""
    message = first(TraceValidator.validate_call_balance, events(call("m.a"), call("m.f").never_returns()))
    assert message.startswith("Unmatched function calls: 1 without a return, first event 2 (m.f, call_id 2)")


def test_identifier_used_twice() -> None:
    """Two open calls cannot have one identifier."""
    found = events(call("m.f"))
    message = first(TraceValidator.validate_call_balance, [found[0], *found])
    assert message.startswith("Unmatched function calls: event 1 (m.f, call_id 1) is open already")


def test_hand_made_events_balance_by_a_stack() -> None:
    """Events without identifiers are paired in order."""
    TraceValidator().validate_call_balance([event("call", "f"), event("return", "f")])


@pytest.mark.parametrize(
    ("kinds", "message"),
    [(["return"], "Return without matching call"), (["call"], "Unmatched function calls")],
)
def test_hand_made_events_out_of_balance(kinds: list[str], message: str) -> None:
    """The founding document's two errors, for its own events."""
    assert first(TraceValidator.validate_call_balance, [event(kind, "f") for kind in kinds]).startswith(message)


def test_generator_may_return_after_its_caller() -> None:
    """Real calls are matched by identifier, not by nesting."""
    found = [
        event("call", "f", call_id=1),
        event("call", "g", call_id=2, parent_id=1, depth=1),
        event("return", "f", call_id=1),
        event("return", "g", call_id=2),
    ]
    TraceValidator().validate(found)


def test_time_goes_back() -> None:
    """Within a thread events are in the order of time."""
    found = [event("call", "f", timestamp=2.0), event("return", "f", timestamp=1.0)]
    assert first(TraceValidator.validate_order, found).startswith("Time goes back: event 1 (f)")


def test_time_of_threads_is_apart() -> None:
    """Events of different threads may be in any order."""
    found = [event("call", "f", timestamp=2.0), event("call", "g", timestamp=1.0, thread_id="2")]
    TraceValidator().validate_order(found)


def test_return_before_its_call() -> None:
    """A return cannot come first."""
    assert first(TraceValidator.validate_order, events(call("m.f"))[::-1]).startswith("Return before its call: event 0")


@pytest.mark.parametrize("call_id", [0, 1])
def test_return_of_another_function(call_id: int) -> None:
    """A return has the name of its call, with and without identifier."""
    found = [event("call", "f", call_id=call_id), event("return", "g", call_id=call_id)]
    assert "Return of another function" in first(TraceValidator.validate_order, found)


def test_unknown_parent() -> None:
    """A parent must be called before its child."""
    message = first(TraceValidator.validate_parents, events(call("m.f")(call("m.g")))[1:])
    assert message == "Unknown parent: event 0 (m.g, call_id 2) has parent_id 1, not called before it"


def test_wrong_depth() -> None:
    """A child lies one level under its parent."""
    found = [event("call", "f", call_id=1), event("call", "g", call_id=2, parent_id=1, depth=2)]
    message = first(TraceValidator.validate_parents, found)
    assert message == "Wrong depth: event 1 (g, call_id 2) has depth 2 under a parent of depth 0"


def test_spawned_call_begins_at_depth_zero() -> None:
    """The first call of a started thread has a depth of its own."""
    found = [event("call", "f", call_id=1), event("call", "g", call_id=3, parent_id=1, spawn_id=2, depth=0)]
    TraceValidator().validate_parents(found)


def test_validate_raises_the_first_problem() -> None:
    """All checks together raise what the first of them finds."""
    found = events(call("m.f")(call("m.g")))[1:3]
    assert first(TraceValidator.validate, found) == TraceValidator().problems(found)[0]


def test_problems_are_all_there() -> None:
    """Every problem of every check is reported."""
    found = [
        event("return", "a", call_id=9, timestamp=2.0),
        event("call", "b", call_id=8, parent_id=7, timestamp=1.0),
    ]
    starts = [problem.split(":")[0] for problem in TraceValidator().problems(found)]
    assert starts == [
        "Return without matching call",
        "Unmatched function calls",
        "Return before its call",
        "Time goes back",
        "Unknown parent",
    ]


@settings(deadline=None)
@given(st.integers(0, len(events(*PROGRAM)) - 1))
def test_any_lost_call_or_return_is_found(index: int) -> None:
    """Without one of its call or return events a trace does not balance."""
    found = events(*PROGRAM)
    lost = found.pop(index)
    problems = TraceValidator().problems(found)
    assert bool(problems) == (lost.event_type in {"call", "return"})
