"""`trace_legacy_system`: what one call of a function did, in one line of code."""

from __future__ import annotations

__all__ = ["trace_legacy_system"]

from collections.abc import Callable
from typing import Any, ParamSpec

from snapy_instrument.tracers.tracer import FunctionTracer

P = ParamSpec("P")


def trace_legacy_system(legacy_function: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
    """Call ``legacy_function(*args, **kwargs)`` and report what it did, without changing it.

    Returns:
        ``result``: What the function returned, the object itself.
        ``execution_flow``, ``called_functions``, ``performance_data``: What ``get_execution_flow``,
        ``get_function_list`` and ``get_timing_data`` of a `FunctionTracer` return.

    Raises:
        Exception: Whatever the function raises.
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
