"""The methods of a tracer that read what it recorded."""

from __future__ import annotations

import pytest

from snapy_instrument import FunctionTracer, traced

HERE = [__name__]


def tax(net: int) -> float:
    """Return the tax."""
    return net / 5


def pay(net: int) -> float:
    """Call a function, raise for nothing."""
    if not net:
        raise ValueError("nothing to pay")
    return net + tax(net)


@pytest.fixture
def tracer() -> FunctionTracer:
    """A tracer that recorded one call with another inside."""
    with FunctionTracer(HERE) as tracer:
        pay(5)
    return tracer


def test_the_flow_has_each_call_and_its_end(tracer: FunctionTracer) -> None:
    """In order, with full names and depths."""
    flow = [(step["event"], step["function"].rpartition(".")[2], step["depth"]) for step in tracer.get_execution_flow()]
    assert flow == [("call", "pay", 0), ("call", "tax", 1), ("return", "tax", 1), ("return", "pay", 0)]


def test_the_lists_of_functions_have_full_names(tracer: FunctionTracer) -> None:
    """In the order of first calls; the times sorted by name."""
    assert tracer.get_function_list() == [f"{__name__}.pay", f"{__name__}.tax"]
    assert list(tracer.get_timing_data()) == [f"{__name__}.pay", f"{__name__}.tax"]


def test_events_as_text_are_a_line_for_each_call_and_end(tracer: FunctionTracer) -> None:
    """Indented by depth."""
    lines = tracer.format_events().replace(f"{__name__}.", "").splitlines()
    assert lines == ["call pay(net=5)", "  call tax(net=5)", "  return tax -> 1.0", "return pay -> 6.0"]


def test_metrics_count_calls_and_exceptions() -> None:
    """Over all blocks of the tracer."""
    tracer = FunctionTracer(HERE)
    for net in (5, 0):
        with tracer:
            try:
                pay(net)
            except ValueError:
                pass
    metrics = tracer.get_metrics()
    assert (metrics["total_calls"], metrics["exceptions"], metrics["max_call_depth"]) == (3, 1, 2)


def test_the_trace_is_made_again_only_after_more_was_recorded(tracer: FunctionTracer) -> None:
    """So its tree and text are built once."""
    first = tracer.trace
    assert tracer.trace is first
    with tracer:
        tax(1)
    assert len(tracer.trace) == len(first) + 1


def test_the_traced_seconds_are_those_of_the_blocks(tracer: FunctionTracer) -> None:
    """What passes after a block is not counted."""
    seconds = tracer.get_performance_metrics().wall_time
    assert tracer.get_performance_metrics().wall_time == seconds > 0


def test_streamed_events_are_the_events() -> None:
    """`stream_events` yields what `events` holds, over all blocks, and nothing of it is kept."""
    tracer = FunctionTracer(HERE, backend="proxy")
    for _ in range(2):
        with tracer:
            traced(tax)(1)
    streamed = list(tracer.stream_events())
    assert streamed == tracer.events
    assert all(mine is not kept for mine, kept in zip(streamed, tracer.events, strict=True))
