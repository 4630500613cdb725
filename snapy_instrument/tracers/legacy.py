"""`trace_legacy_system`: what one call of a function did, in one line of code."""

from __future__ import annotations

__all__ = ["trace_legacy_system"]

from collections.abc import Callable
from typing import Any

from snapy_instrument.tracers.tracer import FunctionTracer


def trace_legacy_system(legacy_function: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Call ``legacy_function(*args, **kwargs)`` and tell what it did, without changing it.

    Returns:
        ``result``; ``execution_flow``, ``called_functions`` and ``performance_data`` as `FunctionTracer` gives them.
    """
    tracer = FunctionTracer()
    with tracer:
        result = legacy_function(*args, **kwargs)
    return {
        "result": result,
        "execution_flow": tracer.get_execution_flow(),
        "called_functions": tracer.get_function_list(),
        "performance_data": tracer.get_timing_data(),
    }
