"""Measurements. In these traces each event comes one second after the one before."""

from __future__ import annotations

import pytest
from syrupy.extensions.amber.serializer import AmberDataSerializer

from snapy_instrument.trace.analysis.metrics import PerformanceMetrics, PerformanceTracker, summary, timing_data
from snapy_instrument.trace.analysis.volatile import Volatile, VolatileList
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, detached, event, events

SHOP = events(
    call("shop.main")(
        call("shop.total")(call("shop.Item.price").returns(1), call("shop.Item.price").returns(2)),
        call("shop.pay").raises("ValueError", "x"),
    ).passes_up()
)


def test_metrics_have_the_five_keys_of_the_founding_document() -> None:
    """The keys and their order are the document's."""
    assert list(PerformanceTracker().collect_metrics(SHOP)) == [
        "total_execution_time",
        "function_call_counts",
        "max_call_depth",
        "hot_spots",
        "memory_usage",
    ]


def test_total_execution_time_is_from_first_to_last_event() -> None:
    """Seconds, as a measured quantity."""
    found = PerformanceTracker().collect_metrics(SHOP)["total_execution_time"]
    assert (type(found), found) == (Volatile, 11.0)


def test_calls_are_counted_by_name_in_order_of_first_call() -> None:
    """The counts are keyed by function name."""
    counts = PerformanceTracker().collect_metrics(SHOP)["function_call_counts"]
    assert list(counts.items()) == [("main", 1), ("total", 1), ("price", 2), ("pay", 1)]


def test_max_call_depth_counts_open_calls() -> None:
    """A single call has depth 1."""
    depths = [PerformanceTracker().collect_metrics(found)["max_call_depth"] for found in (SHOP, SHOP[2:4], [])]
    assert depths == [3, 1, 0]


def test_hot_spots_are_functions_by_self_time() -> None:
    """The function that took most itself comes first, with its numbers."""
    spots = PerformanceTracker().collect_metrics(SHOP)["hot_spots"]
    assert spots[0] == {"function": "shop.main", "calls": 1, "self_time": 4.0, "total_time": 11.0}


def test_equal_hot_spots_are_sorted_by_name() -> None:
    """Where times are equal the order is still the same on every run."""
    spots = PerformanceTracker().collect_metrics(events(call("m.b"), call("m.a")))["hot_spots"]
    assert [spot["function"] for spot in spots] == ["m.a", "m.b"]


def test_hot_spots_are_a_measured_ranking() -> None:
    """A snapshot does not show the ranking."""
    assert type(PerformanceTracker().collect_metrics(SHOP)["hot_spots"]) is VolatileList


def test_memory_usage_is_the_highest_reading() -> None:
    """Bytes, as a measured quantity."""
    found = PerformanceTracker().collect_metrics([event("call", "f", memory_usage=n) for n in (5, 9, 7)])
    assert (type(found["memory_usage"]), found["memory_usage"]) == (Volatile, 9)


def test_metrics_of_nothing_are_zero() -> None:
    """An empty recording can be measured."""
    assert PerformanceTracker().collect_metrics([]) == {
        "total_execution_time": 0.0,
        "function_call_counts": {},
        "max_call_depth": 0,
        "hot_spots": [],
        "memory_usage": 0,
    }


def test_metrics_of_events_without_identifiers() -> None:
    """Hand-made events are measured by their nesting."""
    found = [event("call", "a"), event("call", "b"), event("return", "b"), event("return", "a")]
    assert PerformanceTracker().collect_metrics(found)["max_call_depth"] == 2


def test_a_trace_is_measured_by_its_events() -> None:
    """A trace may be given in place of events."""
    assert PerformanceTracker().collect_metrics(Trace(SHOP)) == PerformanceTracker().collect_metrics(SHOP)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("_calculate_total_time", 11.0),
        ("_count_function_calls", {"main": 1, "total": 1, "price": 2, "pay": 1}),
        ("_find_max_depth", 3),
        ("_track_memory_consumption", 1011),
    ],
)
def test_helpers_of_the_founding_document(name: str, expected: object) -> None:
    """A subclass may call or replace the helpers that the document names."""
    assert getattr(PerformanceTracker(), name)(SHOP) == expected


def test_replaced_helper_is_used() -> None:
    """What a subclass measures instead is in the result."""

    class Mine(PerformanceTracker):
        def _track_memory_consumption(self, trace_events: object) -> Volatile:
            return Volatile(5)

    assert Mine().collect_metrics(SHOP)["memory_usage"] == 5


def test_summary_counts() -> None:
    """Counts are by name, sorted, so that the schedule of threads does not matter."""
    found = summary(SHOP)
    assert (found["total_calls"], found["max_call_depth"], found["exceptions"]) == (5, 3, 2)
    assert list(found["function_call_counts"]) == ["main", "pay", "price", "total"]


def test_summary_snapshots_the_same_whatever_was_measured() -> None:
    """The amber text of a summary depends on counts alone."""
    late = event("return", "main", call_id=1, timestamp=99.0, memory_usage=10**9, exception=SHOP[-1].exception)
    texts = {AmberDataSerializer.serialize(summary(found)) for found in (SHOP, [*SHOP[:-1], late])}
    assert len(texts) == 1


def test_summary_does_not_depend_on_the_schedule() -> None:
    """Two threads give the same text in either order."""
    specs = [detached("a", call("m.a")), detached("b", call("m.b"))]
    texts = {
        AmberDataSerializer.serialize(summary(events(*specs, schedule=pick))) for pick in (lambda n: 0, lambda n: n - 1)
    }
    assert len(texts) == 1


def test_timing_data_is_sorted_by_full_name() -> None:
    """Every function has its number of calls, total and self time."""
    found = timing_data(SHOP)
    assert list(found) == ["shop.Item.price", "shop.main", "shop.pay", "shop.total"]
    assert found["shop.total"] == {"calls": 1, "total_time": 5.0, "self_time": 3.0}


def test_timing_data_shows_no_time() -> None:
    """Only the number of calls is in a snapshot."""
    assert repr(timing_data(SHOP)["shop.pay"]) == "{'calls': 1, 'total_time': <volatile>, 'self_time': <volatile>}"


# -- PerformanceMetrics -----------------------------------------------------------------------------------


def test_overhead_is_cost_of_events_in_percent_of_the_wall_time() -> None:
    """12 events of 0.1 s in 6 s are 20 %."""
    metrics = PerformanceMetrics(SHOP, cost_per_event=0.1, wall_time=6.0)
    assert metrics.event_count == 12
    assert metrics.calculate_overhead() == pytest.approx(20.0)


def test_cost_is_measured_when_asked() -> None:
    """A function given as cost is called by calculate_overhead, for each backend that recorded, not before."""
    asked = []

    def cost(backend: str) -> float:
        asked.append(backend)
        return 0.5

    metrics = PerformanceMetrics(SHOP, cost_per_event=cost, wall_time=6.0)
    before = len(asked)
    metrics.calculate_overhead()
    assert (before, len(asked)) == (0, 1)


def test_wall_time_defaults_to_the_events() -> None:
    """Without a wall time it is the time from the first to the last event."""
    assert PerformanceMetrics(SHOP).wall_time == 11.0


def test_event_rate_is_events_per_second() -> None:
    """12 events in 6 s are 2 a second."""
    assert PerformanceMetrics(SHOP, wall_time=6.0).get_event_rate() == 2.0


def test_memory_is_in_bytes() -> None:
    """The highest reading."""
    assert PerformanceMetrics(SHOP).get_memory_usage() == 1011


def test_bottlenecks_took_most_of_the_time() -> None:
    """The first hot spots, until four fifths of the self time are covered."""
    found = PerformanceMetrics(SHOP).identify_bottlenecks()
    assert [spot["function"] for spot in found] == ["shop.main", "shop.total", "shop.Item.price"]


def test_metrics_of_no_time_are_zero() -> None:
    """Nothing is divided by a wall time of zero."""
    metrics = PerformanceMetrics([], cost_per_event=1.0, wall_time=0.0)
    assert metrics.calculate_overhead() == 0
    assert metrics.get_event_rate() == 0
    assert metrics.identify_bottlenecks() == []


def test_metrics_have_what_the_tracker_collects() -> None:
    """The five measurements are attributes."""
    metrics, found = PerformanceMetrics(SHOP), PerformanceTracker().collect_metrics(SHOP)
    assert {name: getattr(metrics, name) for name in found} == found
