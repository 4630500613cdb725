"""Snapshot-test what your code does, not only what it returns.

Import everything from here: the names in ``__all__`` are the public ones. A name is imported from its module when it is
first used, so ``import snapy_instrument`` costs next to nothing, and only `TracedSnapshotExtension` and
`TraceFileExtension` need syrupy. Type checkers read ``__init__.pyi``.

PYTEST_DONT_REWRITE: pytest warns of a module that it cannot rewrite, where this one is imported before pytest.
"""

from importlib import import_module

_NAMES = {
    "_twins": ["IMPLEMENTATION"],
    "backends.hook.hook": ["Hook", "HookReport", "install_hook"],
    "capture.describers.registry": ["Fields", "register_capture", "unregister_capture"],
    "capture.limits": ["Limits"],
    "capture.redaction.names": ["DEFAULT_SECRET_NAMES", "NameTest", "Secrecy"],
    "capture.redaction.patterns": ["DEFAULT_SECRET_PATTERNS", "SecretPattern"],
    "capture.redaction.redactor": ["Redactor"],
    "errors": ["SnapyError", "SnapyWarning", "TraceError"],
    "events": ["CallEvent", "EventType", "ExceptionInfo"],
    "filters": ["ModuleFilter"],
    "testing.snapshot": ["TracedSnapshot", "TracerFactory"],
    "testing.syrupy.extension": ["TraceFileExtension", "TracedSnapshotExtension"],
    "trace.analysis.call_stack": ["CallStackManager"],
    "trace.analysis.metrics": ["PerformanceMetrics", "PerformanceTracker"],
    "trace.analysis.processor": ["TraceProcessor"],
    "trace.analysis.recursion": ["RecursionPattern", "RecursiveTracker"],
    "trace.analysis.validation": ["TraceValidator"],
    "trace.analysis.volatile": ["Volatile", "VolatileList"],
    "trace.assertions.call_assertions": ["CallAssertions"],
    "trace.assertions.calls": ["Calls"],
    "trace.diff.causes.cause": ["Cause"],
    "trace.diff.causes.grouping": ["CauseGroup"],
    "trace.diff.change": ["Change", "Place"],
    "trace.diff.diff": ["TraceDiff", "diff_traces", "group_causes"],
    "trace.diff.value_diff": ["ValueChange"],
    "trace.execution": ["TracedExecution"],
    "trace.nodes": ["CallNode", "CallTree"],
    "trace.text.matchers": ["Revision"],
    "trace.text.path_roots": ["PathRoots"],
    "trace.text.scrubbers": ["Scrubber"],
    "trace.text.text_options": ["TextOptions", "TextOptionsDict"],
    "trace.trace": ["Trace"],
    "trace.tree": ["HasEvents"],
    "tracers.asynchronous": ["AsyncTracer"],
    "tracers.decorators": ["traced"],
    "tracers.diagnostics": ["TracingDiagnostics"],
    "tracers.legacy": ["LegacyTracing", "trace_legacy_system"],
    "tracers.streaming": ["StreamingTracer"],
    "tracers.tracer": ["FunctionTracer"],
    "tracers.tracer_options": ["TracerOptions", "TracerOptionsDict"],
    "values": ["Mark"],
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
