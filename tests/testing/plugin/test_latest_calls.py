"""The tracer that keeps the latest calls of a block."""

from __future__ import annotations

from snapy_instrument import CallEvent, EventType, traced
from snapy_instrument.testing.plugin.latest_calls import LatestCalls


@traced
def leaf(number: int) -> int:
    """A call without children."""
    return number


@traced
def caller(calls: int) -> None:
    """A call with many children."""
    for number in range(calls):
        leaf(number)


def arguments(events: list[CallEvent]) -> list[int]:
    """The numbers that the kept calls of `leaf` were given."""
    calls = [event for event in events if event.event_type == EventType.CALL and event.function_name == "leaf"]
    return [event.args["number"] for event in calls]


def test_a_short_block_is_kept_whole() -> None:
    """Nothing is dropped, and the events are in order."""
    with LatestCalls(100, backend="proxy") as tracer:
        for number in range(5):
            leaf(number)
    assert arguments(tracer.events) == [0, 1, 2, 3, 4]
    assert tracer.dropped == 0


def test_a_long_block_keeps_its_latest_calls() -> None:
    """As many as there is room for, the last one among them."""
    with LatestCalls(20, backend="proxy") as tracer:
        for number in range(1000):
            leaf(number)
    kept = arguments(tracer.events)
    assert len(tracer.events) <= 40
    assert kept == list(range(1000 - len(kept), 1000))


def test_dropped_and_kept_calls_are_all_calls() -> None:
    """Each call is counted once."""
    with LatestCalls(20, backend="proxy") as tracer:
        for number in range(1000):
            leaf(number)
    assert tracer.dropped + len(arguments(tracer.events)) == 1000


def test_the_callers_of_the_latest_calls_are_kept() -> None:
    """The first event of all is the call that encloses them, and its end is there too."""
    with LatestCalls(20, backend="proxy") as tracer:
        caller(1000)
    named = [event for event in tracer.events if event.function_name == "caller"]
    assert [str(event.event_type) for event in named] == ["call", "return"]
    assert tracer.events[0] is named[0]


def test_a_call_that_is_open_is_kept() -> None:
    """Inside the block too, where it has no end yet."""
    seen: list[str] = []

    @traced
    def looks() -> None:
        for number in range(1000):
            leaf(number)
        seen.extend(event.function_name for event in tracer.events)

    with LatestCalls(20, backend="proxy") as tracer:
        looks()
    assert seen[0] == "looks"
