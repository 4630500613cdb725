"""`StreamingTracer`: what it holds, and what it passes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument import CallEvent, FunctionTracer, StreamingTracer, Trace, TraceProcessor

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


# -- to a file --------------------------------------------------------------------------------------------


def fail(number: int) -> int:
    """Raise after a call."""
    raise ValueError(double(number))


def program(times: int) -> None:
    """Calls and exceptions."""
    for number in range(times):
        double(number)
        with suppress(ValueError):
            fail(number)


@pytest.mark.parametrize("name", ["a.snapy", "a.snapy.gz"])
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_file_has_the_trace_of_the_block(tmp_path: Path, name: str, size: int) -> None:
    """Whatever the size of the batches; nothing is held in memory afterwards."""
    path = tmp_path / name
    tracer, plain = StreamingTracer(size, HERE, path=path, detail="verbose"), FunctionTracer(HERE, detail="verbose")
    for each in (tracer, plain):
        with each:
            program(20)
    assert str(Trace.load(path)) == plain.format_trace()
    assert (tracer.events, tracer.trace_processor.events_processed) == ([], 0)


def test_a_second_block_adds_to_the_file(tmp_path: Path) -> None:
    """An older file is replaced by the first."""
    path = tmp_path / "a.snapy"
    path.write_text("old")
    tracer = StreamingTracer(10, HERE, path=path)
    for number in (1, 2):
        with tracer:
            double(number)
    assert [call.args["number"] for call in Trace.load(path).calls] == [1, 2]


def test_a_block_without_calls_makes_a_file(tmp_path: Path) -> None:
    """It is a trace without calls."""
    with StreamingTracer(10, HERE, path=tmp_path / "a.snapy"):
        pass
    assert str(Trace.load(tmp_path / "a.snapy")) == str(Trace([]))


def test_a_growing_file_can_be_read(tmp_path: Path) -> None:
    """With the marker of a file that was cut off."""
    path = tmp_path / "a.snapy"
    with StreamingTracer(10, HERE, path=path):
        program(20)
        (marker,) = Trace.load(path).tree.markers
        assert marker.function_name.startswith("file cut off after ")
    assert not Trace.load(path).tree.markers


KILLED = """
import os, signal, sys
from snapy_instrument import StreamingTracer
from tests.tracers.test_streaming import HERE, program

with StreamingTracer(50, HERE, path=sys.argv[1]):
    program(100)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("name", ["a.snapy", "a.snapy.gz"])
def test_a_killed_process_leaves_all_whole_batches(tmp_path: Path, name: str) -> None:
    """800 events and more, in batches of 50."""
    path = tmp_path / name
    found = subprocess.run([sys.executable, "-c", KILLED, path], cwd=Path(__file__).parents[2], check=False)
    assert found.returncode == -signal.SIGKILL
    *events, marker = Trace.load(path).events
    assert len(events) >= 650
    assert marker.function_name == f"file cut off after {len(events)} events"


def test_a_full_disk_ends_the_recording_and_not_the_program() -> None:
    """A marker names the file and the cause."""
    if not os.path.exists("/dev/full"):
        pytest.skip("the system has no full device")
    tracer = StreamingTracer(10, HERE, path="/dev/full")
    with tracer:
        program(50)
    texts = [event.function_name for event in tracer.events if event.event_type == "marker"]
    assert texts[0] == "recording stopped: /dev/full cannot be written (No space left on device)"
    assert len(tracer.events) < 40


LIMITED = """
import resource, sys
from snapy_instrument import StreamingTracer
from tests.tracers.test_streaming import HERE, program

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
tracer = StreamingTracer(50, HERE, path=sys.argv[1])
with tracer:
    program(5_000)
print([event.function_name for event in tracer.events if event.event_type == "marker"][0])
"""


def test_a_file_that_may_not_grow_has_all_whole_batches(tmp_path: Path) -> None:
    """What was written of the last batch is taken back."""
    path = tmp_path / "a.snapy"
    command = [sys.executable, "-c", LIMITED, str(path)]
    found = subprocess.run(command, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True)
    assert found.stdout == f"recording stopped: {path} cannot be written (File too large)\n"
    *events, marker = Trace.load(path).events
    assert len(events) > 100
    assert marker.function_name == f"file cut off after {len(events)} events"


def test_a_file_in_a_folder_that_is_missing_ends_the_recording(tmp_path: Path) -> None:
    """As a full disk does."""
    tracer = StreamingTracer(10, HERE, path=tmp_path / "missing" / "a.snapy")
    with tracer:
        program(50)
    assert "No such file or directory" in tracer.events[0].function_name
