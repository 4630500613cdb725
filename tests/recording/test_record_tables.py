"""Records as tables: the same events, whichever twin made the records."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from snapy_instrument import FunctionTracer
from snapy_instrument.recording.log import Log
from snapy_instrument.recording.record_tables import add_records
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.tracers.decorators import traced


@traced
def leaf(number: int, text: str = "x") -> int:
    """Something to call."""
    return number


@traced
def failing(number: int) -> int:
    """Something that fails."""
    raise ValueError(number, leaf(number))


@traced
def counting() -> Iterator[int]:
    """Something that hands out values."""
    for number in range(2):
        yield leaf(number)


@traced
def program() -> Any:
    """Calls, exceptions, generators and threads."""
    try:
        failing(1)
    except ValueError:
        pass
    worker = threading.Thread(target=leaf, args=(3,))
    worker.start()
    worker.join()
    unfinished = counting()
    next(unfinished)
    return list(counting())


def recorded(**options: Any) -> FunctionTracer:
    """A tracer that holds the program."""
    tracer = FunctionTracer([__name__], **options)
    with tracer:
        program()
    return tracer


def test_tables_have_the_events_of_the_records() -> None:
    """Threads, exceptions, generators and open calls too."""
    tracer = recorded(detail="verbose")
    (recorder,) = tracer._recorders()
    assert recorder.tables().events() == recorder.events()
    assert len(recorder.events()) > 15


def test_lines_have_their_numbers_and_changes() -> None:
    """A line that changes nothing has no value."""
    tracer = recorded(detail="verbose", trace_lines=True, backend="settrace")
    (recorder,) = tracer._recorders()
    assert recorder.tables().events() == recorder.events()


def test_a_marker_has_its_text() -> None:
    """And nothing else."""
    (recorder,) = recorded(max_events=5)._recorders()
    assert recorder.tables().events() == recorder.events()
    assert [event.function_name for event in recorder.events() if event.event_type == "marker"]


def test_several_recordings_make_one_table() -> None:
    """A tracer that was entered twice."""
    tracer = recorded()
    with tracer:
        leaf(7)
    assert list(tracer.trace.events) == tracer.events


def test_no_records_make_empty_tables() -> None:
    """Nothing is added."""
    tables = EventTables()
    add_records(tables, Log())
    assert (len(tables), tables.events()) == (0, [])
