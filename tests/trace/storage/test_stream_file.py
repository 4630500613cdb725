"""Files that grow batch by batch."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.storage import stream_file
from snapy_instrument.trace.storage.stream_file import StreamFile
from tests.trace.builders import event
from tests.trace.storage.test_trace_file import EVENTS, path, read

__all__ = ["path"]


def add(stream: StreamFile, found: list[CallEvent], *, ends: bool = False) -> None:
    """Write one batch."""
    stream.tables.add_events(found)
    stream.write(ends=ends)


@pytest.mark.parametrize("name", ["a.snapy", "a.snapy.gz"])
def test_batches_are_added(tmp_path: Path, name: str) -> None:
    """The first one replaces an older file."""
    path = tmp_path / name
    path.write_text("old")
    stream = StreamFile(path)
    add(stream, EVENTS[:2])
    add(stream, EVENTS[2:], ends=True)
    assert (read(path), len(stream.tables)) == (EVENTS, 0)


def test_more_may_follow_the_end(path: Path) -> None:
    """The last line counts."""
    stream = StreamFile(path)
    add(stream, EVENTS[:2], ends=True)
    assert read(path) == EVENTS[:2]
    add(stream, EVENTS[2:])
    assert read(path)[-1].function_name == f"file cut off after {len(EVENTS)} events"
    stream.write(ends=True)
    assert read(path) == EVENTS


def test_entries_are_forgotten_where_they_are_many(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later equal ones are written again, and are one when they are read."""
    monkeypatch.setattr(stream_file, "_MOST_ENTRIES", 3)
    stream = StreamFile(path)
    for _ in range(3):
        add(stream, EVENTS)
        assert len(stream.tables.values) == 1
    stream.write(ends=True)
    assert read(path) == EVENTS * 3


def test_a_batch_that_cannot_be_saved_is_left_out(path: Path) -> None:
    """The file goes on behind it."""
    stream = StreamFile(path)
    add(stream, EVENTS)
    with pytest.raises(TraceError, match="cannot be saved"):
        add(stream, [event("call", "bad", return_value=object())])
    add(stream, EVENTS, ends=True)
    assert read(path) == EVENTS * 2


def test_a_file_that_is_taken_away_begins_anew(path: Path) -> None:
    """With its header and all entries."""
    stream = StreamFile(path)
    add(stream, EVENTS)
    path.unlink()
    add(stream, EVENTS, ends=True)
    assert read(path) == EVENTS


def test_a_full_device_is_an_error() -> None:
    """Of the system."""
    if not os.path.exists("/dev/full"):
        pytest.skip("the system has no full device")
    with pytest.raises(OSError, match="No space left"):
        add(StreamFile("/dev/full"), EVENTS)


def test_a_pipe_gets_all_batches(path: Path) -> None:
    """With one header."""
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        data = pool.submit(path.read_bytes)
        with open(path, "wb"):  # its reader reads on until the last writer is gone
            stream = StreamFile(path)
            add(stream, EVENTS[:2])
            add(stream, EVENTS[2:], ends=True)
        found = data.result()
    path.unlink()
    path.write_bytes(found)
    assert read(path) == EVENTS


def test_the_child_of_a_fork_writes_nothing(path: Path) -> None:
    """It would write between the lines of its parent."""
    stream = StreamFile(path)
    add(stream, EVENTS)
    child = os.fork()
    if not child:
        add(stream, EVENTS)
        os._exit(0)
    os.waitpid(child, 0)
    stream.write(ends=True)
    assert read(path) == EVENTS
