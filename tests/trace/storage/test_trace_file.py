"""Recordings in files."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from snapy_instrument.errors import TraceError
from snapy_instrument.trace.storage.trace_file import append_events, read_events, write_events
from snapy_instrument.trace.text.layout import format_trace
from tests.trace.builders import call, event, events, thing

EVENTS = events(call("shop.f", x=(1, {2}), p=thing("P"))(call("shop.g").raises("ValueError", "x")).returns("\u2028"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a trace is saved."""
    return tmp_path / "a.jsonl"


def problem(path: Path) -> str:
    """The message of the error that reading ``path`` raises, without the path itself."""
    with pytest.raises(TraceError) as caught:
        read_events(path)
    start, _, message = str(caught.value).partition(" is not a saved trace: ")
    assert start == str(path)
    return message


def test_events_come_back(path: Path) -> None:
    """What was written is read."""
    write_events(path, EVENTS)
    assert read_events(path)[0] == EVENTS


def test_header_comes_back(path: Path) -> None:
    """What was added to the header is read, with format and version."""
    write_events(path, [], {"level": "minimal", "roots": {"root": ["/\udce9"]}})
    header = {"format": "snapy-trace", "version": 1, "level": "minimal", "roots": {"root": ["/\udce9"]}}
    assert read_events(path) == ([], header)


def test_file_has_a_line_for_each_event(path: Path) -> None:
    """The header and each event are one line of JSON each."""
    write_events(path, EVENTS)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert [json.loads(line) is not None for line in lines[:-1]] == [True] * (1 + len(EVENTS))


def test_writing_replaces(path: Path) -> None:
    """A second writing leaves nothing of the first, and no other file."""
    write_events(path, EVENTS)
    write_events(path, EVENTS[:1])
    assert (read_events(path)[0], os.listdir(path.parent)) == (EVENTS[:1], [path.name])


def test_failed_writing_leaves_the_older_file(path: Path) -> None:
    """An event that cannot be saved is named, and the older file is unchanged."""
    write_events(path, EVENTS)
    with pytest.raises(TraceError, match=r"event 1 \(bad\): a object cannot be saved"):
        write_events(path, [EVENTS[0], event("call", "bad", return_value=object())])
    assert (read_events(path)[0], os.listdir(path.parent)) == (EVENTS, [path.name])


def test_failed_replacing_leaves_no_other_file(path: Path) -> None:
    """Where the file cannot be replaced, the new one is removed."""
    path.mkdir()
    with pytest.raises(OSError, match=re.escape(path.name)):
        write_events(path, EVENTS)
    assert os.listdir(path.parent) == [path.name]


def test_value_nested_too_deep_is_named(path: Path) -> None:
    """A hand-made value that JSON cannot hold is an error of the trace, not of the stack."""
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(TraceError, match=r"event 0 \(f\): a value is nested too deep"):
        write_events(path, [event("call", "f", return_value=value)])


def test_appending_makes_a_file(path: Path) -> None:
    """The first batch writes the header, the second only its events."""
    append_events(path, EVENTS[:2])
    append_events(path, EVENTS[2:])
    assert read_events(path)[0] == EVENTS


def test_torn_last_line_is_reported(path: Path) -> None:
    """A file that ends in the middle of an event has the whole ones and a marker."""
    write_events(path, EVENTS)
    path.write_bytes(path.read_bytes()[:-5])
    found = read_events(path)[0]
    assert (found[:-1], found[-1].function_name) == (
        EVENTS[:-1],
        f"file cut off after {len(EVENTS) - 1} events",
    )


def test_file_torn_anywhere_behind_its_header_is_read(path: Path) -> None:
    """At whatever byte a writing process was killed, the rest has a text."""
    write_events(path, EVENTS)
    data = path.read_bytes()
    for end in range(data.index(b"\n") + 1, len(data)):
        path.write_bytes(data[:end])
        assert format_trace(read_events(path)[0]).startswith("trace v1")


def test_empty_file(path: Path) -> None:
    """An empty file is named as such."""
    path.write_bytes(b"\n")
    assert problem(path) == "it is empty; save the trace again"


def test_file_that_is_not_utf8(path: Path) -> None:
    """Other bytes are named with their place."""
    path.write_bytes(b"ab\xff\ncd")
    assert problem(path) == "it is not UTF-8 (byte 2); give a file made by save"


def test_file_that_is_not_json(path: Path) -> None:
    """A text file of another kind is named with the line."""
    path.write_text("hello\n")
    assert problem(path).startswith("line 1 is not JSON (Expecting value")


@pytest.mark.parametrize("line", ["[]", "{}", '{"format": "other"}', "3"])
def test_json_of_another_kind(path: Path, line: str) -> None:
    """JSON that is no header of ours is named."""
    path.write_text(line)
    assert problem(path) == "line 1 does not say format 'snapy-trace'; give a file made by save"


def test_newer_version(path: Path) -> None:
    """A file of a later library asks for an update."""
    path.write_text('{"format": "snapy-trace", "version": 2}\n')
    assert problem(path).startswith("line 1 has version 2, this library reads 1; update snapy-instrument")


def test_text_snapshot(path: Path) -> None:
    """The text of a trace is not a saved trace, and the message says the difference."""
    path.write_text(format_trace(EVENTS))
    assert problem(path) == "it is the text of a trace, a snapshot; texts are compared, only saved traces are loaded"


@pytest.mark.parametrize("line", ["hello", "[]", '{"event_type": "call"}', "[" * 100_000])
def test_wrong_event_is_named_by_its_line(path: Path, line: str) -> None:
    """A line in the middle that is no event is an error with its number."""
    write_events(path, EVENTS)
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([*lines[:2], line, *lines[2:]]), encoding="utf-8")
    assert problem(path).startswith("line 3 is no event (")


def test_missing_file_is_the_systems_error(path: Path) -> None:
    """A file that is not there is a FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        read_events(path)


def test_a_whole_last_line_that_is_no_event_is_an_error(path: Path) -> None:
    """A kill does not leave a whole JSON object; a hand does."""
    write_events(path, EVENTS)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + '\n{"event_type": 3}', encoding="utf-8")
    assert problem(path).startswith(f"line {len(EVENTS) + 2} is no event (an event lacks function_name")


def test_lines_may_end_as_on_windows(path: Path) -> None:
    """An editor may have changed them."""
    write_events(path, EVENTS)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert read_events(path)[0] == EVENTS


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_followed(tmp_path: Path, exists: bool) -> None:
    """The file that it leads to is written, and the link stays a link."""
    folder = tmp_path / "there"
    folder.mkdir()
    target, link = folder / "real", tmp_path / "link"
    link.symlink_to(Path("there") / "real")
    if exists:
        target.write_text("old")
    write_events(link, EVENTS)
    assert (link.is_symlink(), read_events(target)[0], os.listdir(folder)) == (True, EVENTS, ["real"])


def test_a_linked_folder_is_followed(tmp_path: Path) -> None:
    """The temporary file is beside the target."""
    (tmp_path / "there").mkdir()
    (tmp_path / "folder").symlink_to("there")
    write_events(tmp_path / "folder" / "a", EVENTS)
    assert read_events(tmp_path / "there" / "a")[0] == EVENTS


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_replaced_file_keeps_its_mode(path: Path, mode: int) -> None:
    """Who could read it can."""
    path.touch()
    path.chmod(mode)
    write_events(path, EVENTS)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_mode_of_new_files(path: Path) -> None:
    """As the process asks for it."""
    before = os.umask(0o027)
    try:
        write_events(path, EVENTS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_pipe_is_written_to(path: Path) -> None:
    """Its reader gets the file, and it stays a pipe."""
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(path.read_bytes)
        write_events(path, EVENTS)
        data = read.result()
    assert stat.S_ISFIFO(path.stat().st_mode)
    path.unlink()
    path.write_bytes(data)
    assert read_events(path)[0] == EVENTS


def test_batches_are_appended_to_a_pipe(path: Path) -> None:
    """The header is written once, with the first batch."""
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(path.read_bytes)
        with open(path, "wb"):  # its reader reads on until the last writer is gone
            write_events(path, EVENTS[:2])
            append_events(path, EVENTS[2:])
        data = read.result()
    path.unlink()
    path.write_bytes(data)
    assert read_events(path)[0] == EVENTS


def test_a_device_is_written_to() -> None:
    """It stays what it is."""
    write_events(os.devnull, EVENTS)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_redirected_output_is_written_to(path: Path, name: str) -> None:
    """The file that the shell opened gets the trace; it is not replaced under its descriptor."""
    if not os.path.exists(name):
        pytest.skip("the system has no such name")
    code = f"from snapy_instrument import Trace; Trace([]).save({name!r})"
    with path.open("wb") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert (read_events(path)[0], os.listdir(path.parent)) == ([], [path.name])
