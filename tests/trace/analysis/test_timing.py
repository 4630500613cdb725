"""Times of functions. In these traces each event comes one second after the one before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.trace.analysis.timing import FunctionTime, function_times, total_seconds
from tests.trace.builders import Inner, Spec, call, event, events, receives, yields


def times(*specs: Spec | Inner) -> dict[str, tuple[int, float, float]]:
    """Calls, total and self seconds by function."""
    return {name: (time.calls, time.total, time.own) for name, time in function_times(events(*specs)).items()}


def test_leaf_takes_all_of_its_time_itself() -> None:
    """A call without calls inside has equal total and self time."""
    assert times(call("m.f")) == {"m.f": (1, 1.0, 1.0)}


def test_calls_inside_are_taken_off_self_time() -> None:
    """A caller's self time is what its callees leave."""
    assert times(call("m.f")(call("m.g"), call("m.g"))) == {"m.f": (1, 5.0, 3.0), "m.g": (2, 2.0, 2.0)}


def test_recursion_counts_once() -> None:
    """A call inside a call of the same function adds no total time."""
    assert times(call("m.f")(call("m.g")(call("m.f")))) == {"m.f": (2, 5.0, 3.0), "m.g": (1, 3.0, 2.0)}


def test_suspended_generator_takes_no_time() -> None:
    """Between yield and resume a generator does not run."""
    found = events(call("m.main")(call("m.gen")(yields(1), receives(None))))
    gen = function_times(found)["m.gen"]
    assert gen == FunctionTime(calls=1, total=2.0, own=2.0)


def test_caller_runs_while_its_generator_sleeps() -> None:
    """The time of the suspension is the caller's own."""
    assert times(call("m.main")(call("m.gen")(yields(1), receives(None))))["m.main"] == (1, 5.0, 3.0)


def test_generator_that_is_never_resumed_ends_at_its_yield() -> None:
    """A generator that was closed while it slept took no more time."""
    assert times(call("m.gen")(yields(1)))["m.gen"] == (1, 1.0, 1.0)


def test_generator_that_was_running_when_resumed_just_runs_on() -> None:
    """A resume event without a suspension before it changes no time."""
    assert times(call("m.gen")(receives(None)))["m.gen"] == (1, 2.0, 2.0)


def test_started_threads_are_not_taken_off() -> None:
    """What runs beside the caller leaves it its self time."""
    assert times(call("m.main")(call("m.job").in_thread("t"), call("m.f")))["m.main"] == (1, 3.0, 2.0)


def test_overlapping_calls_are_taken_off_once() -> None:
    """Generators recorded without suspensions overlap; self time is not negative."""
    found = [
        event("call", "main", call_id=1, timestamp=0.0),
        event("call", "a", call_id=2, parent_id=1, timestamp=1.0),
        event("call", "b", call_id=3, parent_id=1, timestamp=2.0),
        event("return", "a", call_id=2, timestamp=3.0),
        event("return", "b", call_id=3, timestamp=4.0),
        event("return", "main", call_id=1, timestamp=5.0),
    ]
    assert function_times(found)["main"].own == 2.0


def test_child_that_outlives_its_caller_is_taken_off_up_to_the_end() -> None:
    """A generator that goes on after its maker returned does not make the maker's time negative."""
    found = [
        event("call", "main", call_id=1, timestamp=0.0),
        event("call", "gen", call_id=2, parent_id=1, timestamp=1.0),
        event("return", "main", call_id=1, timestamp=2.0),
        event("return", "gen", call_id=2, timestamp=9.0),
    ]
    assert function_times(found)["main"].own == 1.0


def test_call_without_return_ends_with_the_trace() -> None:
    """An open call lasted until the last event."""
    assert times(call("m.f")(call("m.g")).never_returns())["m.f"] == (1, 2.0, 1.0)


def test_total_is_from_first_to_last_event() -> None:
    """The total time does not depend on the order of the list."""
    found = events(call("m.f"), call("m.g"))
    assert total_seconds(found[::-1]) == 3.0


def test_markers_take_no_time() -> None:
    """A marker without a time does not stretch the total."""
    found = [event("marker", "x", timestamp=0.0), *events(call("m.f"), call("m.g"))[1:]]
    assert total_seconds(found) == 2.0


def test_nothing_takes_no_time() -> None:
    """An empty recording has no time."""
    assert (total_seconds([]), function_times([])) == (0.0, {})


@st.composite
def programs(draw: st.DrawFn, depth: int = 3) -> Spec:
    """A random call with calls inside."""
    inside = draw(st.lists(programs(depth=depth - 1), max_size=3)) if depth else []
    return call(f"m.{draw(st.sampled_from('fgh'))}")(*inside)


@settings(deadline=None)
@given(programs())
def test_self_times_add_up_to_the_whole(spec: Spec) -> None:
    """In one thread the self times of all functions are the time of the root."""
    found = events(spec)
    assert sum(time.own for time in function_times(found).values()) == pytest.approx(total_seconds(found))
