"""`StreamingTracer`: what it holds, and what it passes on."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from snapy_instrument import CallEvent, StreamingTracer, TraceProcessor

FRAME_BACKENDS: list[Any] = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
HERE = [__name__]


def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_a_streaming_tracer_holds_no_more_than_its_buffer(backend: Any) -> None:
    """Full buffers go to the processor; what is left goes there by flush; nothing is lost or doubled."""
    tracer = StreamingTracer(10, HERE, backend=backend)
    batches: list[int] = []
    process = tracer.trace_processor.process_batch

    def counting(events: list[Any]) -> None:
        batches.append(len(events))
        process(events)

    tracer.trace_processor.process_batch = counting  # type: ignore[method-assign, assignment]
    with tracer:
        for number in range(50):
            double(number)
    tracer.flush()
    assert sum(batches) == 100
    assert max(batches) <= 10
    assert tracer.events == []


def test_every_event_reaches_the_processor_once() -> None:
    """In the order of recording, over two blocks, the rest by flush."""
    passed: list[CallEvent] = []
    tracer = StreamingTracer(4, HERE)
    tracer.trace_processor = TraceProcessor(passed.extend)
    for number in (1, 2):
        with tracer:
            double(number)
            double(number)
    tracer.flush()
    assert [event.args["number"] for event in passed if event.args] == [1, 1, 2, 2]


def test_events_not_yet_processed_can_be_read() -> None:
    """They are in the buffer; `stream_events` yields the same."""
    tracer = StreamingTracer(100, HERE)
    with tracer:
        double(1)
    assert [event.event_type for event in tracer.events] == ["call", "return"]
    assert list(tracer.stream_events()) == tracer.event_buffer == tracer.events


@pytest.mark.parametrize("size", [0, -1, "many", 2.5, True])
def test_a_wrong_buffer_size_is_refused(size: Any) -> None:
    """The message names the option and the value."""
    with pytest.raises(ValueError, match=f"buffer_size must be (1 or more|a whole number), got {size!r}"):
        StreamingTracer(size)
