"""`trace_legacy_system`: what one call of a function did, in one line of code."""

from __future__ import annotations

__all__ = ["LegacyTracing", "trace_legacy_system"]

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, Unpack

from snapy_instrument._patterns import GivenPattern
from snapy_instrument.filters import ModuleFilter
from snapy_instrument.tracers.tracer import FunctionTracer
from snapy_instrument.tracers.tracer_options import TracerOptions, TracerOptionsDict, options_of

P = ParamSpec("P")


class LegacyTracing:
    """A function that calls another one and reports what it did; `trace_legacy_system` is one with the default options.

    Args:
        options: How the calls are traced; the report then has the trace, which shows them. Without patterns: the code
            that a `FunctionTracer` records without any, and the top-level package that the called function is from,
            installed or not.
    """

    def __init__(self, options: TracerOptions | None = None) -> None:
        self._options = options

    def __call__(self, legacy_function: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        """Call ``legacy_function(*args, **kwargs)`` and report what it did, without changing it.

        Args:
            legacy_function: A function, method, class, partial, or anything else that can be called.
            args, kwargs: All of them go to the function.

        Returns:
            ``result``: What the function returned, the object itself.
            ``execution_flow``, ``called_functions``, ``performance_data``: What ``get_execution_flow``,
            ``get_function_list`` and ``get_timing_data`` of a `FunctionTracer` return.
            ``trace``: With options, the recording as a `Trace`.

        Raises:
            Exception: Whatever the function raises.
        """
        tracer = _PackageTracer(_top_level_package(legacy_function), options=self._options or TracerOptions())
        with tracer:
            result = legacy_function(*args, **kwargs)
        report = {
            "result": result,
            "execution_flow": tracer.get_execution_flow(),
            "called_functions": tracer.get_function_list(),
            "performance_data": tracer.get_timing_data(),
        }
        return report if self._options is None else {**report, "trace": tracer.trace}

    def of(self, *patterns: GivenPattern, **changes: Unpack[TracerOptionsDict]) -> LegacyTracing:
        """Return the same with other options: ``trace_legacy_system.of("docutils.*", detail="verbose")(f, 1)``.

        Args:
            patterns: What is recorded; without patterns as before.
            changes: Options by name, see `TracerOptions`.

        Raises:
            TypeError, ValueError: An option or a pattern is wrong; the message names it.
        """
        return type(self)(options_of(patterns or None, self._options, changes))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>" if self._options is None else f"<{type(self).__name__} {self._options}>"


class _PackageTracer(FunctionTracer):
    """A tracer that without patterns also records one package."""

    def __init__(self, package: str, options: TracerOptions) -> None:
        super().__init__(options=options)
        self._package = package

    def _chosen(self) -> ModuleFilter:
        chosen = super()._chosen()
        return chosen if self.filter is not None or not self._package else chosen | ModuleFilter(f"{self._package}.*")


def _top_level_package(function: Any) -> str:
    """Return the name of the top-level package that ``function`` is from; nothing if it does not say."""
    while isinstance(function, functools.partial):
        function = function.func
    module = getattr(function, "__module__", None)
    if not isinstance(module, str):  # methods of C objects have None
        module = type(getattr(function, "__self__", function)).__module__
    top = module.partition(".")[0]
    return top if top.isidentifier() else ""


trace_legacy_system = LegacyTracing()
"""Call a function and report what it did: ``trace_legacy_system(f, *args, **kwargs)``, see `LegacyTracing`."""
