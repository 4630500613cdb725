"""Snapshot-test what your code does, not only what it returns.

A name is imported from its module when it is first touched, so ``import snapy_instrument`` costs next to nothing
and only `TracedSnapshotExtension` needs syrupy. Type checkers read ``__init__.pyi``.
"""

from importlib import import_module

_NAMES = {
    "backends.hook": ["Hook", "install_hook"],
    "capture.limits": ["Limits"],
    "capture.redact": ["Redactor"],
    "capture.registry": ["register_capture", "unregister_capture"],
    "decorators": ["traced"],
    "diagnostics": ["TracingDiagnostics"],
    "errors": ["SnapyError", "SnapyWarning", "TraceError"],
    "events": ["CallEvent", "EventType"],
    "filters": ["ModuleFilter"],
    "implementation": ["IMPLEMENTATION"],
    "testing.snapshot": ["TracedSnapshot"],
    "testing.syrupy_extension": ["TracedSnapshotExtension"],
    "trace.diff": ["diff_traces"],
    "trace.execution": ["TracedExecution"],
    "trace.metrics": ["PerformanceTracker"],
    "trace.processing": ["TraceProcessor"],
    "trace.recursion": ["RecursiveTracker"],
    "trace.stack": ["CallStackManager"],
    "trace.trace": ["Trace"],
    "trace.validation": ["TraceValidator"],
    "tracers": ["AsyncTracer", "FunctionTracer", "StreamingTracer", "trace_legacy_system"],
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
