"""`TracedSnapshot`: a tracer with the parts of a recording that snapshots are made of; `TracerFactory` makes them."""

from __future__ import annotations

__all__ = ["TracedSnapshot", "TracerFactory"]

from collections.abc import Callable
from typing import Any, Protocol, Unpack

from snapy_instrument._patterns import GivenPattern, Patterns
from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.trace import Trace
from snapy_instrument.tracers.tracer import FunctionTracer
from snapy_instrument.tracers.tracer_options import TracerOptions, TracerOptionsDict, spell_options


class TracedSnapshot(FunctionTracer):
    """A tracer with the parts of a recording that snapshots are made of.

    Args:
        serializer: Returns the text for `format_trace`, given the `Trace`; by default the trace's own text.
        allow_empty: Whether a snapshot may have no calls; None means what the test says, by default no.
        patterns, options, changes: As for `FunctionTracer`.

    Attributes:
        serializer, allow_empty: As given.

    Raises:
        TypeError: ``serializer`` cannot be called, ``allow_empty`` is no bool, or as for `FunctionTracer`.
    """

    @spell_options
    def __init__(
        self,
        patterns: Patterns | None = None,
        *,
        serializer: Callable[[Trace], str] | None = None,
        allow_empty: bool | None = None,
        options: TracerOptions | None = None,
        **changes: Unpack[TracerOptionsDict],
    ) -> None:
        super().__init__(patterns, options=options, **changes)
        if serializer is not None and not callable(serializer):
            raise TypeError(f"serializer={serializer!r} cannot be called: pass a function from Trace to str")
        if allow_empty is not None and type(allow_empty) is not bool:
            raise TypeError(f"allow_empty={allow_empty!r} must be True or False")
        self.serializer = serializer
        self.allow_empty = allow_empty

    def format_trace(self) -> str:
        """Return the text of the trace, made by the serializer if there is one."""
        return super().format_trace() if self.serializer is None else self.serializer(self.trace)

    @property
    def execution(self) -> TracedExecution:
        """The recording as `TracedExecution`."""
        return TracedExecution(self.trace)

    def get_function_calls(self) -> list[dict[str, Any]]:
        """Return each call as a dict of stable values: ``function``, ``args``, and ``returned`` or ``raised``."""
        return self.execution.function_calls()

    def build_call_graph(self) -> dict[str, dict[str, int]]:
        """Return for each function the functions it called and how often."""
        return self.execution.build_call_graph()


class TracerFactory(Protocol):
    """What the fixture ``traced`` of the pytest plugin is: a function that makes tracers for one test."""

    def __call__(
        self,
        *patterns: GivenPattern,
        serializer: Callable[[Trace], str] | None = None,
        allow_empty: bool | None = None,
        options: TracerOptions | None = None,
        **changes: Unpack[TracerOptionsDict],
    ) -> TracedSnapshot:
        """Return a tracer that is cleaned up after the test.

        Args:
            patterns: What is recorded; without patterns what the mark, the settings of the run or the hook say.
            serializer, allow_empty, options, changes: As for `TracedSnapshot`.
        """
