"""Recordings in files."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.storage.stream_file import StreamFile
from snapy_instrument.trace.storage.trace_file import read_tables, write_tables
from snapy_instrument.trace.text.layout import format_trace
from tests.store.test_event_tables import assert_same
from tests.trace.builders import call, event, events, thing
from tests.trace.storage.event_lines import event_lines
from tests.trace.storage.test_event_json import EVENTS as RANDOM_EVENTS

EVENTS = events(call("shop.f", x=(1, {2}), p=thing("P"))(call("shop.g").raises("ValueError", "x")).returns("\u2028"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a trace is saved."""
    return tmp_path / "a.snapy"


def write(path: str | Path, found: list[CallEvent]) -> None:
    """Save events."""
    write_tables(path, EventTables.from_events(found))


def read(path: Path) -> list[CallEvent]:
    """The events of a file."""
    return read_tables(path)[0].events()


def problem(path: Path) -> str:
    """The message of the error that reading ``path`` raises, without the path itself."""
    with pytest.raises(TraceError) as caught:
        read_tables(path)
    start, _, message = str(caught.value).partition(" is not a saved trace: ")
    assert start == str(path)
    return message


def test_events_come_back(path: Path) -> None:
    """What was written is read."""
    write(path, EVENTS)
    assert read(path) == EVENTS


def test_writing_replaces(path: Path) -> None:
    """A second writing leaves nothing of the first, and no other file."""
    write(path, EVENTS)
    write(path, EVENTS[:1])
    assert (read(path), os.listdir(path.parent)) == (EVENTS[:1], [path.name])


def test_failed_writing_leaves_the_older_file(path: Path) -> None:
    """An event that cannot be saved is named, and the older file is unchanged."""
    write(path, EVENTS)
    with pytest.raises(TraceError, match=r"event 1 \(bad\): a object cannot be saved"):
        write(path, [EVENTS[0], event("call", "bad", return_value=object())])
    assert (read(path), os.listdir(path.parent)) == (EVENTS, [path.name])


def test_value_nested_too_deep_is_named(path: Path) -> None:
    """A hand-made value that JSON cannot hold is an error of the trace, not of the stack."""
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(TraceError, match=r"event 0 \(f\): a value is nested too deep"):
        write(path, [event("call", "f", return_value=value)])


def test_empty_file(path: Path) -> None:
    """An empty file is named as such."""
    path.write_bytes(b"\n")
    assert problem(path) == "it is empty; save the trace again"


def test_file_that_is_not_json(path: Path) -> None:
    """A text file of another kind is named with the line."""
    path.write_text("hello\n")
    assert problem(path).startswith("line 1 is not JSON (Expecting value")


@pytest.mark.parametrize("line", ["[]", "{}", '{"format": "other"}', "3"])
def test_json_of_another_kind(path: Path, line: str) -> None:
    """JSON that is no header of ours is named."""
    path.write_text(line)
    assert problem(path) == "line 1 does not say format 'snapy-trace'; give a file made by save"


def test_text_snapshot(path: Path) -> None:
    """The text of a trace is not a saved trace, and the message says the difference."""
    path.write_text(format_trace(EVENTS))
    assert problem(path) == "it is the text of a trace, a snapshot; texts are compared, only saved traces are loaded"


def test_missing_file_is_the_systems_error(path: Path) -> None:
    """A file that is not there is a FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        read_tables(path)


def test_lines_may_end_as_on_windows(path: Path) -> None:
    """An editor may have changed them."""
    write(path, EVENTS)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert read(path) == EVENTS


def test_a_header_comes_back(path: Path) -> None:
    """What was added is read, with format, version and the kinds of events."""
    write_tables(path, EventTables(), {"level": "minimal", "roots": {"root": ["/\udce9"]}})
    tables, header = read_tables(path)
    assert (len(tables), header["level"], header["roots"]) == (0, "minimal", {"root": ["/\udce9"]})
    assert (header["format"], header["version"], header["kinds"][0]) == ("snapy-trace", 2, "call")


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RANDOM_EVENTS, max_size=8))
def test_any_events_come_back(path: Path, found: list[CallEvent]) -> None:
    """Of the same types, too."""
    write(path, found)
    assert_same(read(path), found)


@pytest.mark.parametrize("value", [math.nan, -math.inf, 1 << 90, -1e308, 1 / 3])
def test_any_time_comes_back(path: Path, value: float) -> None:
    """To the last bit."""
    write(path, [event("call", "f", call_id=1, timestamp=0.1), event("return", "f", call_id=1, timestamp=value)])
    assert repr(read(path)[1].timestamp) == repr(value)


def test_a_compressed_file_is_read_whatever_its_name(path: Path) -> None:
    """Its name chooses only how it is written."""
    packed = path.with_suffix(".snapy.gz")
    write(packed, EVENTS)
    packed.rename(path)
    assert (path.read_bytes()[:2], read(path)) == (b"\x1f\x8b", EVENTS)


@pytest.mark.parametrize("name", ["a.snapy", "a.snapy.gz"])
def test_a_file_cut_off_anywhere_has_its_whole_batches(tmp_path: Path, name: str) -> None:
    """At whatever byte behind the header a writing process was killed."""
    path = tmp_path / name
    stream = StreamFile(path)
    sizes, number = [], 0
    for number in range(0, len(EVENTS), 3):
        stream.tables.add_events(EVENTS[number : number + 3])
        stream.write()
        sizes.append(path.stat().st_size)
    data = path.read_bytes()
    header = 40 if name.endswith(".gz") else data.index(b"\n") + 1
    for end in range(header, len(data)):
        path.write_bytes(data[:end])
        try:
            found = read(path)
        except TraceError:
            assert (name, end < sizes[0]) == ("a.snapy.gz", True)
            continue
        whole = 3 * sum(size <= end for size in sizes)
        assert found[:-1][:whole] == EVENTS[: min(whole, len(found) - 1)]
        assert len(found) - 1 >= whole
        assert found[-1].function_name == f"file cut off after {len(found) - 1} events"
        format_trace(found)


def test_a_whole_file_has_no_marker(path: Path) -> None:
    """Its last line says how many events there are."""
    write(path, EVENTS)
    assert json.loads(path.read_text(encoding="utf-8").split("\n")[-2]) == {"end": len(EVENTS)}
    path.write_text("\n".join(path.read_text(encoding="utf-8").split("\n")[:-2]) + "\n", encoding="utf-8")
    assert read(path)[-1].function_name == f"file cut off after {len(EVENTS)} events"


def test_a_newer_version_asks_for_an_update(path: Path) -> None:
    """The message names both."""
    path.write_text('{"format": "snapy-trace", "version": 3}\n')
    assert problem(path).startswith("line 1 has version 3, this library reads 1 and 2; update snapy-instrument")


def test_bytes_that_are_no_text_are_named_by_their_place(path: Path) -> None:
    """In the header, and later."""
    path.write_bytes(b"ab\xff\ncd")
    assert problem(path) == "line 1 is not UTF-8 (byte 2); give a file made by save"
    write(path, EVENTS)
    data = path.read_bytes()
    start = data.index(b"\n") + 1
    path.write_bytes(data[:start] + b"a\xff" + data[start:])
    assert problem(path) == f"line 2 is not UTF-8 (byte {start + 1}); give a file made by save"


def test_damaged_compressed_data_is_named(tmp_path: Path) -> None:
    """A kill leaves a beginning, and nothing else."""
    path = tmp_path / "a.snapy.gz"
    write(path, EVENTS)
    data = bytearray(path.read_bytes())
    data[15] ^= 255
    path.write_bytes(data)
    assert problem(path).startswith(("its compressed data is damaged", "line 1 is not"))


@pytest.mark.parametrize("line", ["hello", "[]", '{"sights": []}', "null", '{"rows": 1}', "[" * 100_000])
def test_a_wrong_line_is_named_by_its_number(path: Path, line: str) -> None:
    """A line in the middle that holds neither entries nor rows."""
    write(path, EVENTS)
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([*lines[:2], line, *lines[2:]]), encoding="utf-8")
    assert problem(path).startswith("line 3 is no entry and no row (")


def test_progress_is_reported(path: Path) -> None:
    """In events while a trace is saved, in bytes while it is loaded."""
    saved: list[tuple[int, int]] = []
    read_bytes: list[tuple[int, int]] = []
    write_tables(path, EventTables.from_events(EVENTS), None, lambda *done: saved.append(done))
    read_tables(path, lambda *done: read_bytes.append(done))
    assert saved[-1] == (len(EVENTS), len(EVENTS))
    assert read_bytes[-1] == (path.stat().st_size - 1, path.stat().st_size)


# -- files with one event a line --------------------------------------------------------------------------


def test_an_older_file_is_read(path: Path) -> None:
    """One event a line, behind a header of version 1."""
    path.write_text(event_lines(EVENTS), encoding="utf-8")
    assert read(path) == EVENTS


def test_an_older_file_that_was_cut_off_is_read(path: Path) -> None:
    """At whatever byte behind its header."""
    data = event_lines(EVENTS).encode()
    for end in range(data.index(b"\n") + 1, len(data)):
        path.write_bytes(data[:end])
        found = read(path)
        assert found[: data[:end].count(b"\n") - 1] == EVENTS[: data[:end].count(b"\n") - 1]
        assert format_trace(found).startswith("trace v1")


@pytest.mark.parametrize("line", ["hello", "[]", '{"event_type": "call"}', "[" * 100_000])
def test_a_wrong_event_of_an_older_file_is_named_by_its_line(path: Path, line: str) -> None:
    """A line in the middle that is no event."""
    lines = event_lines(EVENTS).split("\n")
    path.write_text("\n".join([*lines[:2], line, *lines[2:]]), encoding="utf-8")
    assert problem(path).startswith("line 3 is no event (")


def test_a_whole_last_line_that_is_no_event_is_an_error(path: Path) -> None:
    """A kill does not leave a whole JSON object; a hand does."""
    path.write_text(event_lines(EVENTS) + '{"event_type": 3}', encoding="utf-8")
    assert problem(path).startswith(f"line {len(EVENTS) + 2} is no event (an event lacks function_name")
