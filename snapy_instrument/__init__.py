"""Snapshot-test what your code does, not only what it returns.

A name is imported from its module when it is first touched, so ``import snapy_instrument`` costs next to nothing
and only `TracedSnapshotExtension` needs syrupy. Type checkers read ``__init__.pyi``.
"""

from importlib import import_module

_NAMES = {
    "_twins": ["IMPLEMENTATION"],
    "backends.hook.hook": ["Hook", "install_hook"],
    "capture.describers.registry": ["register_capture", "unregister_capture"],
    "capture.limits": ["Limits"],
    "capture.redaction.redactor": ["Redactor"],
    "errors": ["SnapyError", "SnapyWarning", "TraceError"],
    "events": ["CallEvent", "EventType"],
    "filters": ["ModuleFilter"],
    "testing.snapshot": ["TracedSnapshot"],
    "testing.syrupy.extension": ["TracedSnapshotExtension"],
    "trace.analysis.call_stack": ["CallStackManager"],
    "trace.execution": ["TracedExecution"],
    "trace.analysis.metrics": ["PerformanceTracker"],
    "trace.analysis.processor": ["TraceProcessor"],
    "trace.analysis.recursion": ["RecursiveTracker"],
    "trace.analysis.validation": ["TraceValidator"],
    "trace.diff.diff": ["diff_traces"],
    "trace.trace": ["Trace"],
    "tracers.asynchronous": ["AsyncTracer"],
    "tracers.decorators": ["traced"],
    "tracers.diagnostics": ["TracingDiagnostics"],
    "tracers.legacy": ["trace_legacy_system"],
    "tracers.streaming": ["StreamingTracer"],
    "tracers.tracer": ["FunctionTracer"],
}
_PLACES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_PLACES)


def __getattr__(name: str) -> object:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{place}"), name)
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
