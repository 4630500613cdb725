"""Traces in files: tables as JSON Lines, behind a header; files with one event a line are read as well.

A file that was written batch by batch may end in the middle of a batch, as after a kill; its whole batches are read,
and a marker says that the file was cut off.
"""

from __future__ import annotations

__all__ = ["FORMAT", "SUFFIX", "VERSION", "header_line", "read_tables", "write_tables"]

import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._file_paths import SYSTEM
from snapy_instrument._gc_pause import uncollected
from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.store.rows import KINDS
from snapy_instrument.trace.storage.event_json import decode, encode, event_from_json
from snapy_instrument.trace.storage.file_lines import COMPRESSED, Line, compressed, lines_of
from snapy_instrument.trace.storage.table_json import TableReader, TableWriter, json_line
from snapy_instrument.trace.storage.whole_file import write_whole

keep_builtins(globals())

FORMAT = "snapy-trace"
VERSION = 2
SUFFIX = ".snapy"
"""The usual end of a file's name; ``.snapy.gz`` is compressed."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called from time to time with how much is done, and how much there is; the unit is the caller's own."""

_EVENT_LINES = 1
"""The version of files with one event a line."""
_MOST_ROWS = 50_000
_UNTRUE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)


def header_line(header: Mapping[str, Any] | None = None) -> str:
    """Return the first line of a trace file; ``header`` has more for it."""
    first = {"format": FORMAT, "version": VERSION, "kinds": list(map(str, KINDS)), **(header or {})}
    return json_line(encode(first))


def write_tables(
    path: str | os.PathLike[str],
    tables: EventTables,
    header: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> None:
    """Write ``tables`` to ``path``, compressed if that ends with ``.gz``: see `write_whole`.

    Args:
        path: The file; its folder must exist.
        tables: What the file holds.
        header: More for the first line, beside format and version.
        progress: Called with the number of events written, and of how many.

    Raises:
        TraceError: An event holds something that cannot be saved.
        OSError: The file cannot be written; an older one is unchanged.
    """
    pack = compressed if SYSTEM.fspath(path).endswith(COMPRESSED) else bytes
    with uncollected():
        write_whole(path, (pack(text.encode()) for text in _texts(tables, header, progress)))


def _texts(tables: EventTables, header: Mapping[str, Any] | None, progress: Progress | None) -> Iterator[str]:
    writer = TableWriter()
    first = header_line(header)
    for start in range(0, len(tables), _MOST_ROWS):
        end = min(start + _MOST_ROWS, len(tables))
        yield first + "".join(writer.lines(tables, start, end))
        first = ""
        if progress is not None:
            progress(end, len(tables))
    yield first + writer.end(len(tables))


@uncollected()
def read_tables(path: str | os.PathLike[str], progress: Progress | None = None) -> tuple[EventTables, dict[str, Any]]:
    """Return the tables in ``path`` and its header.

    Args:
        path: A trace file, compressed or not, of this version or with one event a line.
        progress: Called with the number of bytes read, uncompressed, and the size of the file.

    Raises:
        TraceError: The file is no trace; the message names the file, the line, the cause and what to do.
        OSError: The file cannot be read.
    """
    name = SYSTEM.fspath(path)
    lines = _Lines(path, name, progress)
    first = next(lines, None)
    if first is None:
        raise _wrong(name, "it is empty", "save the trace again")
    header = _header(first, name)
    if header["version"] == _EVENT_LINES:
        return _read_events(lines, name), header
    return _read_lines(lines, name), header


def _read_lines(lines: _Lines, name: str) -> EventTables:
    reader = TableReader()
    for line in lines:
        found = _loaded(line, name, "is no entry and no row")
        if found is None:
            reader.ended = False
            break
        try:
            reader.read(found)
        except ValueError as problem:
            raise _no_line(name, line, "is no entry and no row", problem) from None
    if not reader.ended:
        reader.tables.add_events([_cut_off(len(reader.tables))])
    return reader.tables


def _read_events(lines: _Lines, name: str) -> EventTables:
    events: list[CallEvent] = []
    for line in lines:
        found = _loaded(line, name, "is no event")
        if found is None:
            events.append(_cut_off(len(events)))
            break
        try:
            events.append(event_from_json(found))
        except (ValueError, RecursionError) as problem:
            raise _no_line(name, line, "is no event", problem) from None
    return EventTables.from_events(events)


def _loaded(line: Line, name: str, complaint: str) -> Any:
    """Return the JSON of a line; None where the file was cut off inside it."""
    try:
        found = json.loads(line.data.decode("utf-8"))
        if found is None:
            raise ValueError("it is null")
    except UnicodeDecodeError as problem:
        if not line.whole:
            return None
        raise _not_utf8(name, line, problem) from None
    except (ValueError, RecursionError) as problem:
        if not line.whole and not isinstance(problem, RecursionError):
            return None
        raise _no_line(name, line, complaint, problem) from None
    return found


class _Lines:
    """The lines of a file that are not blank."""

    def __init__(self, path: str | os.PathLike[str], name: str, progress: Progress | None) -> None:
        self._lines = lines_of(path)
        self._name = name
        self._progress = progress
        self._size = 0 if progress is None else SYSTEM.stat(path).st_size

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> Line:
        while True:
            try:
                line = next(self._lines)
            except zlib.error as problem:
                raise _wrong(
                    self._name, f"its compressed data is damaged ({problem})", "save the trace again"
                ) from None
            if self._progress is not None:
                self._progress(line.start + len(line.data), self._size)
            if line.data.strip():
                return line


def _header(line: Line, name: str) -> dict[str, Any]:
    if line.data.startswith(b"trace v"):
        raise _wrong(name, "it is the text of a trace, a snapshot", "texts are compared, only saved traces are loaded")
    try:
        found = decode(json.loads(line.data.decode("utf-8")))
    except UnicodeDecodeError as problem:
        raise _not_utf8(name, line, problem) from None
    except _UNTRUE as problem:
        raise _wrong(name, f"line 1 is not JSON ({problem})", "give a file made by save") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _wrong(name, f"line 1 does not say format {FORMAT!r}", "give a file made by save")
    version = found.get("version")
    if version not in (_EVENT_LINES, VERSION) or type(version) is not int:
        raise _wrong(
            name,
            f"line 1 has version {version!r}, this library reads {_EVENT_LINES} and {VERSION}",
            "update snapy-instrument or record the trace again",
        )
    if version == VERSION and found.get("kinds") != list(map(str, KINDS)):
        raise _wrong(name, "line 1 lists other kinds of events", "update snapy-instrument or record the trace again")
    return found


def _no_line(name: str, line: Line, complaint: str, problem: Exception) -> TraceError:
    return _wrong(name, f"line {line.number} {complaint} ({problem})", "mend the line, or record the trace again")


def _not_utf8(name: str, line: Line, problem: UnicodeDecodeError) -> TraceError:
    return _wrong(
        name, f"line {line.number} is not UTF-8 (byte {line.start + problem.start})", "give a file made by save"
    )


def _wrong(name: str, cause: str, next_step: str) -> TraceError:
    return TraceError(f"{name} is not a saved trace: {cause}; {next_step}")


def _cut_off(whole: int) -> CallEvent:
    text = f"file cut off after {whole} events"
    return CallEvent(EventType.MARKER, text, "", 0, {}, None, 0, 0.0, "", 0)
