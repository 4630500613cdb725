"""Recordings in files: JSON Lines, a header first, then one event a line.

A file is replaced as a whole or not at all. Files that were written event by event may end in the middle of a
line, as after a kill; what is whole in them is read, and a marker tells the rest.
"""

from __future__ import annotations

__all__ = ["FORMAT", "VERSION", "append_events", "read_events", "write_events"]

import json
import os
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.storage.event_json import decode, encode, event_from_json, event_to_json

FORMAT = "snapy-trace"
VERSION = 1

_numbers = count()


def write_events(
    path: str | os.PathLike[str], events: Iterable[CallEvent], header: Mapping[str, Any] | None = None
) -> None:
    """Write ``events`` to ``path``, replacing it in one step.

    Args:
        path: The file; its folder must exist.
        events: The events, oldest first.
        header: More for the first line, beside format and version.

    Raises:
        TraceError: An event holds something that cannot be saved.
        OSError: The file cannot be written; an older one stays as it was.
    """
    target = Path(path)
    text = _header_line(header) + _event_lines(events)
    partial = target.with_name(f".{target.name}.{os.getpid()}-{next(_numbers)}.tmp")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def append_events(path: str | os.PathLike[str], events: Iterable[CallEvent]) -> None:
    """Add ``events`` to the file ``path``, which is made, with a header, if it is missing or empty.

    Raises:
        TraceError: An event holds something that cannot be saved; nothing is written.
        OSError: The file cannot be written.
    """
    lines = _event_lines(events)
    with open(path, "ab", buffering=0) as file:
        rest = memoryview((lines if file.tell() else _header_line(None) + lines).encode())
        while rest:  # one write as a rule: a kill tears at most the last line
            rest = rest[file.write(rest) :]


def read_events(path: str | os.PathLike[str]) -> tuple[list[CallEvent], dict[str, Any]]:
    """The events in ``path``, oldest first, and its header.

    Raises:
        TraceError: The file is no trace; the message names the file, the cause and what to do.
        OSError: The file cannot be read.
    """
    name = os.fspath(path)
    lines = _text(path, name).split("\n")
    header = _header(lines[0], name)
    events = []
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        try:
            events.append(event_from_json(json.loads(line)))
        except (ValueError, RecursionError) as problem:
            if number == len(lines) and not isinstance(problem, RecursionError):
                events.append(_cut_off(len(events)))
                break
            raise _wrong(name, f"line {number} is no event ({problem})", "record the trace again") from None
    return events, header


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
    data = Path(path).read_bytes()
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
    except (ValueError, TypeError, LookupError, RecursionError) as problem:
        raise _wrong(name, f"line 1 is not JSON ({problem})", "give a file made by save") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _wrong(name, f"line 1 does not say format {FORMAT!r}", "give a file made by save")
    version = found.get("version")
    if version != VERSION:
        raise _wrong(
            name,
            f"its version is {version!r}, this library reads {VERSION}",
            "update snapy-instrument or record the trace again",
        )
    return found


def _wrong(name: str, cause: str, next_step: str) -> TraceError:
    return TraceError(f"{name} is not a saved trace: {cause}; {next_step}")


def _cut_off(whole: int) -> CallEvent:
    text = f"file cut off after {whole} events"
    return CallEvent(EventType.MARKER, text, "", 0, {}, None, 0, 0.0, "", 0)
