"""A trace file that grows batch by batch."""

from __future__ import annotations

__all__ = ["StreamFile"]

import os
from collections.abc import Mapping
from contextlib import suppress
from io import SEEK_END
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._file_paths import SYSTEM
from snapy_instrument._words import count
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.storage.file_lines import COMPRESSED, compressed
from snapy_instrument.trace.storage.table_json import TableWriter
from snapy_instrument.trace.storage.trace_file import header_line
from snapy_instrument.trace.storage.whole_file import write_all

keep_builtins(globals())

_MOST_ENTRIES = 20_000
"""Values and lists of arguments that are remembered; later equal ones are written again."""


class StreamFile:
    """A trace file that is written while a program runs. All whole batches can be read after a kill.

    Args:
        path: The file, compressed if it ends with ``.gz``; the first batch replaces an older one.
        header: More for the first line, beside format and version.

    Attributes:
        tables: Where the next batch is added; `write` takes its rows out.
    """

    def __init__(self, path: str | os.PathLike[str], header: Mapping[str, Any] | None = None) -> None:
        self.tables = EventTables()
        self._path = path
        self._first = header_line(header)
        self._pack = compressed if SYSTEM.fspath(path).endswith(COMPRESSED) else bytes
        self._process = SYSTEM.getpid()
        self._writer = TableWriter()
        self._events = 0
        self._begun = False

    def __repr__(self) -> str:
        return f"<StreamFile: {count(self._events, 'event')}>"

    def write(self, *, ends: bool = False) -> None:
        """Write the rows of `tables`, and forget them; their entries too, where those are many.

        Args:
            ends: Whether a line follows that says that the file is complete; more batches may follow it.

        Raises:
            TraceError: A hand-made event holds something that cannot be saved; nothing is written.
            OSError: The file cannot be written. What was written of this batch is taken back where that is possible.
        """
        tables = self.tables
        try:
            # The child of a fork has the same file. It would write into the middle of its parent's lines.
            if SYSTEM.getpid() == self._process:
                self._append(tables, ends)
        except BaseException:
            self.tables = EventTables()
            self._writer.begin_window()
            raise
        tables.rows.clear()
        if len(tables.values) + len(tables.arguments) > _MOST_ENTRIES:
            self.tables = EventTables()
            self._writer.begin_window()

    def _append(self, tables: EventTables, ends: bool) -> None:
        # Opened anew: a file that is kept open would have to be closed by somebody.
        with open(self._path, "ab" if self._begun else "wb", buffering=0) as file:
            size = file.seek(0, SEEK_END) if file.seekable() else -1
            # A file that somebody took away meanwhile begins anew.
            begins = size == 0 or not self._begun
            if begins:
                self._writer, self._events = TableWriter(), 0
            text = self._first if begins else ""
            if len(tables):
                text += "".join(self._writer.lines(tables, 0, len(tables)))
            events = self._events + len(tables)
            if ends:
                text += self._writer.end(events)
            try:
                write_all(file, self._pack(text.encode()))
            except OSError:
                with suppress(OSError):
                    file.truncate(max(size, 0))  # a device or a pipe keeps what it got
                raise
        self._begun, self._events = True, events
