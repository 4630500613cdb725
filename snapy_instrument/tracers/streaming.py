"""`StreamingTracer`: a tracer whose memory stays flat, for long recordings."""

from __future__ import annotations

__all__ = ["StreamingTracer"]

import os
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Unpack

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._patterns import Patterns
from snapy_instrument._words import whole_number
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.recording.log import Log
from snapy_instrument.recording.record_tables import add_records
from snapy_instrument.recording.records import event_of
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.analysis.processor import TraceProcessor
from snapy_instrument.trace.storage.stream_file import StreamFile
from snapy_instrument.tracers.tracer import FunctionTracer
from snapy_instrument.tracers.tracer_options import TracerOptions, TracerOptionsDict, spell_options

keep_builtins(globals())

_clock = partial(time.perf_counter)


class StreamingTracer(FunctionTracer):
    """A tracer whose memory stays flat: full buffers go to a file, or to a `TraceProcessor`.

    A file has all whole batches even where the process is killed, and `Trace.load` reads it while it grows. Where it
    cannot be written (a full disk), the recording ends there: a marker in `events` says so.

    Args:
        buffer_size: Number of events held before they are written or processed, at least 1.
        patterns, options, changes: As for `FunctionTracer`.
        path: A trace file, usually called ``*.snapy``, compressed if it ends with ``.gz``. The first batch replaces an
            older file; later blocks of this tracer add to it. The trace processor gets nothing then.

    Attributes:
        buffer_size: As given.
        path: As given.
        event_buffer: Events not yet processed.
        trace_processor: Gets each full buffer where there is no ``path``; may be replaced before the tracer is entered.
    """

    @spell_options
    def __init__(
        self,
        buffer_size: int = 10000,
        patterns: Patterns | None = None,
        *,
        path: str | os.PathLike[str] | None = None,
        options: TracerOptions | None = None,
        **changes: Unpack[TracerOptionsDict],
    ) -> None:
        super().__init__(patterns, options=options, **changes)
        whole_number("buffer_size", buffer_size, least=1)
        self.buffer_size = buffer_size
        self.event_buffer: list[CallEvent] = []
        self.trace_processor = TraceProcessor()
        self.path = path
        self._file = None if path is None else StreamFile(path, self._text_options.to_header())
        self._flushes = 0
        self._problem: OSError | None = None

    def add_event(self, event: CallEvent) -> None:
        """Buffer ``event``; process the buffer when it is full."""
        self.event_buffer.append(event)
        if len(self.event_buffer) >= self.buffer_size:
            self.flush()

    def flush(self) -> None:
        """Pass the buffered events to the trace processor."""
        if self.event_buffer:
            self.trace_processor.process_batch(self.event_buffer)
            self.event_buffer.clear()
            self._flushes += 1

    @property
    def events(self) -> list[CallEvent]:
        """The events still held, those not yet processed."""
        self._check_usable()
        held = self._recorder.events() if self._recorder is not None else []
        return [*self.event_buffer, *held]

    def _tables(self) -> EventTables:
        return EventTables.from_events(self.events)

    def _state(self) -> object:
        return super()._state(), self._flushes, len(self.event_buffer)

    def _keep(self) -> None:
        ends = self._recorder is not None
        super()._keep()
        # The recorder's last events were drained. Keeping it would close a reference cycle with this tracer.
        self._past.clear()
        if ends:
            self._write(ends=True)

    def stream_events(self) -> Iterator[CallEvent]:
        """Yield the events still held, those not yet processed."""
        return iter(self.events)

    def _recorder_options(self) -> dict[str, Any]:
        return {"drain": self._take, "drain_at": self.buffer_size}

    def _take(self, batch: Log) -> None:
        if self._file is None:
            for record in batch:
                self.add_event(event_of(record))
        elif self._problem is None:
            add_records(self._file.tables, batch)
            self._write()
        else:
            self.event_buffer.extend(map(event_of, batch))

    def _write(self, *, ends: bool = False) -> None:
        """Write the batch; where that fails, the recording ends: the program must not notice."""
        if self._file is None or self._problem is not None:
            return
        try:
            self._file.write(ends=ends)
        except OSError as problem:
            self._problem = problem
            text = f"recording stopped: {self.path} cannot be written ({problem.strerror or problem})"
            self.event_buffer.append(CallEvent(EventType.MARKER, text, "", 0, {}, None, 0, _clock(), "", 0))
            if self._recorder is not None:
                self._recorder.withdraw(problem)
