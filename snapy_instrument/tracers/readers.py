"""`TraceReaders`: the methods of a tracer that read what it recorded."""

from __future__ import annotations

__all__ = ["TraceReaders"]

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.analysis.metrics import PerformanceMetrics, summary, timing_data
from snapy_instrument.trace.assertions.call_assertions import CallAssertions
from snapy_instrument.trace.assertions.calls import Calls
from snapy_instrument.trace.execution import execution_flow, format_events, function_list
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.trace import Trace
from snapy_instrument.tracers.recording_cost import cost_per_event


class TraceReaders(CallAssertions):
    """A recording that can be read: as events, as a `Trace`, as text, as counts and as measurements."""

    _trace: Trace | None = None
    _trace_state: object = None

    @property
    @abstractmethod
    def events(self) -> list[CallEvent]:
        """The events recorded so far, oldest first."""

    @abstractmethod
    def stream_events(self) -> Iterator[CallEvent]:
        """Yield the events recorded so far, oldest first, and keep none of them."""

    @abstractmethod
    def _tables(self) -> EventTables:
        """Return the events recorded so far as tables."""

    @abstractmethod
    def _state(self) -> object:
        """Return something that is equal as long as no more is recorded."""

    @property
    @abstractmethod
    def _text_options(self) -> TextOptions:
        """The options of the trace's text."""

    @abstractmethod
    def _seconds_traced(self) -> float:
        """Return the seconds spent in traced blocks, the open one included."""

    def get_events(self) -> list[CallEvent]:
        """Return the events recorded so far, oldest first."""
        return self.events

    @property
    def trace(self) -> Trace:
        """The events so far as a `Trace`, formatted with the options of this tracer."""
        state, known = self._state(), self._trace
        # A trace builds its tree and its text once: make a new one only after more was recorded.
        if known is None or self._trace_state != state:
            known = self._trace = Trace(self._tables(), self._text_options)
            self._trace_state = state
        return known

    @property
    def calls(self) -> Calls:
        """The calls so far, a list; ``tracer.calls("shop.tax")`` returns those that a pattern chooses."""
        return self.trace.calls

    def format_trace(self) -> str:
        """Return the text of the trace; docs/trace-text.md explains it."""
        return self.trace.format()

    def format_events(self) -> str:
        """Return one line for each call, return and exception, indented by depth."""
        return format_events(self.events)

    def get_metrics(self) -> dict[str, Any]:
        """Return counts, and measured quantities that a snapshot shows as ``<volatile>``."""
        return summary(self.events)

    def get_performance_metrics(self) -> PerformanceMetrics:
        """Return the measurements of the traced blocks and of the tracer itself."""
        return PerformanceMetrics(self.events, wall_time=self._seconds_traced(), cost_per_event=cost_per_event)

    def get_execution_flow(self) -> list[dict[str, Any]]:
        """Return the calls and their ends in order, each a dict with ``event``, ``function`` and ``depth``."""
        return execution_flow(self.events)

    def get_function_list(self) -> list[str]:
        """Return the full names of the functions called, in the order of their first calls."""
        return function_list(self.events)

    def get_timing_data(self) -> dict[str, dict[str, Any]]:
        """Return ``calls``, ``total_time`` and ``self_time`` (seconds) of each function, by full name."""
        return timing_data(self.events)

    def _asserted(self) -> Trace:
        return self.trace
