"""Traces in files: JSON Lines, a header first, then one event a line.

A regular file is replaced as a whole or not at all. A file that was written batch by batch may end in the middle of a
line, as after a kill; its whole lines are read, and a marker says that the file was cut off.
"""

from __future__ import annotations

__all__ = ["FORMAT", "VERSION", "append_events", "read_events", "write_events"]

import json
import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import FileIO
from itertools import count
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._file_paths import NATIVE, SYSTEM
from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.storage.event_json import decode, encode, event_from_json, event_to_json

# A stream is written while the program runs, which may have replaced `open` and all of `os`.
keep_builtins(globals())

FORMAT = "snapy-trace"
VERSION = 1

_MOST_LINKS = 40
_numbers = count()


def write_events(
    path: str | os.PathLike[str], events: Iterable[CallEvent], header: Mapping[str, Any] | None = None
) -> None:
    """Write ``events`` to ``path``.

    A regular file is replaced in one step and keeps its mode; links are followed. What is written to a pipe, a
    device, or a descriptor such as ``/dev/stdout`` goes there.

    Args:
        path: The file; its folder must exist.
        events: The events, oldest first.
        header: More for the first line, beside format and version.

    Raises:
        TraceError: An event holds something that cannot be saved.
        OSError: The file cannot be written; an older one is unchanged.
    """
    data = (_header_line(header) + _event_lines(events)).encode()
    # Not through pathlib: the name of the temporary file must not lose a part of a linked path.
    target = NATIVE.realpath(path)
    mode = _mode_of(path)
    if _is_descriptor(path) or (mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)):
        with open(path, "wb", buffering=0) as file:
            _write_all(file, data)
        return
    folder, name = NATIVE.split(target)
    partial = NATIVE.join(folder, f".{name}.{SYSTEM.getpid()}-{next(_numbers)}.tmp")
    try:
        with open(partial, "xb", buffering=0) as file:
            _write_all(file, data)
        if mode is not None:
            SYSTEM.chmod(partial, stat.S_IMODE(mode))
        SYSTEM.replace(partial, target)
    finally:
        with suppress(FileNotFoundError):
            SYSTEM.unlink(partial)


def _mode_of(path: str | os.PathLike[str]) -> int | None:
    try:
        mode: int = SYSTEM.stat(path).st_mode
    except FileNotFoundError:
        return None
    return mode


def _is_descriptor(path: str | os.PathLike[str]) -> bool:
    """Return whether ``path`` names an open file of this process: ``/dev/stdout``, ``/dev/fd/3``, ``/proc/self/fd/3``.

    Such a name leads to a regular file where output is redirected to one. The writer's descriptor would keep the old
    file if that were replaced.
    """
    step = NATIVE.abspath(path)
    for _ in range(_MOST_LINKS):
        folder = NATIVE.dirname(step)
        if folder == "/dev/fd" or (folder.startswith("/proc/") and folder.endswith("/fd")):
            return True
        try:
            step = NATIVE.normpath(NATIVE.join(folder, SYSTEM.readlink(step)))
        except OSError:  # no link
            return False
    return False


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:  # one write as a rule: a kill tears at most the last line
        rest = rest[file.write(rest) :]


def append_events(path: str | os.PathLike[str], events: Iterable[CallEvent]) -> None:
    """Add ``events`` to the file ``path``, which is made, with a header, if it is missing or empty.

    Raises:
        TraceError: An event holds something that cannot be saved; nothing is written.
        OSError: The file cannot be written.
    """
    lines = _event_lines(events)
    with open(path, "ab", buffering=0) as file:
        # A pipe has no length; `write_events` has written the header into it.
        begun = file.tell() if file.seekable() else True
        _write_all(file, (lines if begun else _header_line(None) + lines).encode())


def read_events(path: str | os.PathLike[str]) -> tuple[list[CallEvent], dict[str, Any]]:
    """Return the events in ``path``, oldest first, and its header.

    Raises:
        TraceError: The file is no trace; the message names the file, the cause and what to do.
        OSError: The file cannot be read.
    """
    name = SYSTEM.fspath(path)
    lines = _text(path, name).split("\n")
    header = _header(lines[0], name)
    events: list[CallEvent] = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as problem:
            if number == len(lines) and not isinstance(problem, RecursionError):
                events.append(_cut_off(len(events)))
                break
            raise _no_event(name, number, problem) from None
        try:
            events.append(event_from_json(found))
        except (ValueError, RecursionError) as problem:
            raise _no_event(name, number, problem) from None
    return events, header


def _no_event(name: str, number: int, problem: Exception) -> TraceError:
    return _wrong(name, f"line {number} is no event ({problem})", "mend the line, or record the trace again")


def _header_line(header: Mapping[str, Any] | None) -> str:
    return _json(encode({"format": FORMAT, "version": VERSION, **(header or {})}))


def _event_lines(events: Iterable[CallEvent]) -> str:
    lines = []
    for index, event in enumerate(events):
        try:
            lines.append(_json(event_to_json(event)))
        except TraceError as problem:
            raise TraceError(f"event {index} ({event.name}): {problem}") from None
        except RecursionError:
            raise TraceError(f"event {index} ({event.name}): a value is nested too deep to be saved") from None
    return "".join(lines)


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def _text(path: str | os.PathLike[str], name: str) -> str:
    with open(path, "rb") as file:
        data = file.read()
    if not data.strip():
        raise _wrong(name, "it is empty", "save the trace again")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        whole, _, rest = data.rpartition(b"\n")
        if whole and problem.start > len(whole):  # cut off inside a character of the last line
            return f"{whole.decode('utf-8')}\n{rest.decode('utf-8', 'replace')}"
        raise _wrong(name, f"it is not UTF-8 (byte {problem.start})", "give a file made by save") from None


def _header(line: str, name: str) -> dict[str, Any]:
    if line.startswith("trace v"):
        raise _wrong(name, "it is the text of a trace, a snapshot", "texts are compared, only saved traces are loaded")
    try:
        found = decode(json.loads(line))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as problem:
        raise _wrong(name, f"line 1 is not JSON ({problem})", "give a file made by save") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _wrong(name, f"line 1 does not say format {FORMAT!r}", "give a file made by save")
    version = found.get("version")
    if version != VERSION:
        raise _wrong(
            name,
            f"line 1 has version {version!r}, this library reads {VERSION}",
            "update snapy-instrument or record the trace again",
        )
    return found


def _wrong(name: str, cause: str, next_step: str) -> TraceError:
    return TraceError(f"{name} is not a saved trace: {cause}; {next_step}")


def _cut_off(whole: int) -> CallEvent:
    text = f"file cut off after {whole} events"
    return CallEvent(EventType.MARKER, text, "", 0, {}, None, 0, 0.0, "", 0)
