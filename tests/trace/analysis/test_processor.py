"""Processing in batches."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.analysis.processor import TraceProcessor
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, event, events

EVENTS = events(call("m.f")(call("m.b"), call("m.b")))


def test_totals_add_up() -> None:
    """Batches, events and calls by full name, sorted."""
    processor = TraceProcessor()
    processor.process_batch(EVENTS[:2])
    processor.process_batch(EVENTS[2:])
    assert processor.summary() == {
        "batches": 2,
        "events_processed": 6,
        "function_call_counts": {"m.b": 2, "m.f": 1},
    }


def test_totals_are_attributes() -> None:
    """The numbers of batches and events can be read one by one."""
    processor = TraceProcessor()
    processor.process_batch(EVENTS)
    assert (processor.batches, processor.events_processed) == (1, 6)


def test_batch_is_copied() -> None:
    """The caller may clear its list."""
    processor, batch = TraceProcessor(), [*EVENTS]
    processor.process_batch(batch)
    batch.clear()
    assert processor.events() == EVENTS


def test_memory_is_bounded() -> None:
    """Only the last events are held; the totals tell all."""
    processor = TraceProcessor(keep=2)
    for each in EVENTS:
        processor.process_batch([each])
    assert (processor.events(), processor.events_processed) == (EVENTS[-2:], 6)


def test_negative_keep_is_refused() -> None:
    """A wrong bound is named."""
    with pytest.raises(ValueError, match="keep=-1"):
        TraceProcessor(keep=-1)


def test_sink_gets_each_batch() -> None:
    """Each batch is handed on, as a list of its own."""
    batches: list[list[CallEvent]] = []
    processor = TraceProcessor(batches.append)
    first = EVENTS[:2]
    processor.process_batch(first)
    processor.process_batch(EVENTS[2:])
    first.clear()
    assert batches == [EVENTS[:2], EVENTS[2:]]


def test_sink_may_process_too() -> None:
    """A sink that processes a batch of its own does not wait for itself."""
    processor = TraceProcessor()
    inner = TraceProcessor(lambda batch: processor.process_batch(batch) if processor.batches < 2 else None)
    processor = TraceProcessor(inner.process_batch)
    processor.process_batch(EVENTS[:1])
    assert processor.batches == 2


def test_file_holds_all_batches(tmp_path: Path) -> None:
    """A trace can be loaded from the file after each batch."""
    path = tmp_path / "a"
    processor = TraceProcessor(path=path)
    processor.process_batch(EVENTS[:2])
    first = Trace.load(path).events
    processor.process_batch(EVENTS[2:])
    assert (first, Trace.load(path).events) == (tuple(EVENTS[:2]), tuple(EVENTS))


def test_file_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    """Identifiers of two runs do not get mixed in one file."""
    for _ in range(2):
        TraceProcessor(path=tmp_path / "a").process_batch(EVENTS)
    assert len(Trace.load(tmp_path / "a").events) == 6


def test_event_that_cannot_be_saved_is_reported(tmp_path: Path) -> None:
    """A live object in a hand-made event is the caller's error."""
    with pytest.raises(TraceError, match="cannot be saved"):
        TraceProcessor(path=tmp_path / "a").process_batch([event("call", "f", return_value=object())])


def test_threads_lose_nothing() -> None:
    """Batches of several threads at once are all counted."""
    processor = TraceProcessor(keep=0)

    def work() -> None:
        for _ in range(200):
            processor.process_batch(EVENTS)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert processor.summary() == {
        "batches": 800,
        "events_processed": 4800,
        "function_call_counts": {"m.b": 1600, "m.f": 800},
    }
