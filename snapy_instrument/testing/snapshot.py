"""`TracedSnapshot`: a tracer made for putting what it recorded into a snapshot."""

from __future__ import annotations

__all__ = ["TracedSnapshot"]

from collections.abc import Callable
from typing import Any

from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.trace import Trace
from snapy_instrument.tracers.tracer import FunctionTracer


class TracedSnapshot(FunctionTracer):
    """A tracer with the parts of a recording that snapshots are made of.

    Takes the arguments of `FunctionTracer` and:

    Args:
        serializer: Makes the text that `format_trace` gives, from the `Trace`; by default the trace's own text.

    Attributes:
        serializer: As given.
    """

    def __init__(self, *args: Any, serializer: Callable[[Trace], str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if serializer is not None and not callable(serializer):
            raise TypeError(f"serializer={serializer!r} cannot be called: pass a function from Trace to str")
        self.serializer = serializer

    def format_trace(self) -> str:
        """The text of the trace, made by the serializer if there is one."""
        return super().format_trace() if self.serializer is None else self.serializer(self.trace)

    @property
    def execution(self) -> TracedExecution:
        """The recording as `TracedExecution`."""
        return TracedExecution(self.trace)

    def get_function_calls(self) -> list[dict[str, Any]]:
        """Each call as a plain dict: ``function``, ``args``, and ``returned`` or ``raised``; all of it stable."""
        return self.execution.function_calls()

    def build_call_graph(self) -> dict[str, dict[str, int]]:
        """For each function the functions it called and how often."""
        return self.execution.build_call_graph()
