"""`StreamingTracer`: a tracer whose memory stays flat."""

from __future__ import annotations

__all__ = ["StreamingTracer"]

from collections.abc import Iterator
from typing import Any, Unpack

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._patterns import Patterns
from snapy_instrument._words import whole_number
from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.analysis.processor import TraceProcessor
from snapy_instrument.tracers.tracer import FunctionTracer
from snapy_instrument.tracers.tracer_options import TracerOptions, TracerOptionsDict, spell_options

keep_builtins(globals())


class StreamingTracer(FunctionTracer):
    """A tracer whose memory stays flat: full buffers go to a `TraceProcessor`.

    Args:
        buffer_size: Number of events held before they are processed, at least 1.
        patterns, options, changes: As for `FunctionTracer`.

    Attributes:
        buffer_size: As given.
        event_buffer: Events not yet processed.
        trace_processor: Gets each full buffer; may be replaced before the tracer is entered.
    """

    @spell_options
    def __init__(
        self,
        buffer_size: int = 10000,
        patterns: Patterns | None = None,
        *,
        options: TracerOptions | None = None,
        **changes: Unpack[TracerOptionsDict],
    ) -> None:
        super().__init__(patterns, options=options, **changes)
        whole_number("buffer_size", buffer_size, least=1)
        self.buffer_size = buffer_size
        self.event_buffer: list[CallEvent] = []
        self.trace_processor = TraceProcessor()
        self._flushes = 0

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
        super()._keep()
        # The recorder's last events were drained. Keeping it would close a reference cycle with this tracer.
        self._past.clear()

    def stream_events(self) -> Iterator[CallEvent]:
        """Yield the events still held, those not yet processed."""
        return iter(self.events)

    def _recorder_options(self) -> dict[str, Any]:
        return {"drain": self._take, "drain_at": self.buffer_size}

    def _take(self, events: list[CallEvent]) -> None:
        for event in events:
            self.add_event(event)
