"""Snapshot-test what your code does, not only what it returns."""

from typing import TYPE_CHECKING, Any

from snapy_instrument.backends.hook import Hook, install_hook
from snapy_instrument.capture.registry import register_capture
from snapy_instrument.decorators import traced
from snapy_instrument.diagnostics import TracingDiagnostics
from snapy_instrument.errors import SnapyError, SnapyWarning, TraceError
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.filters import ModuleFilter
from snapy_instrument.testing.snapshot import TracedSnapshot
from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.metrics import PerformanceTracker
from snapy_instrument.trace.processing import TraceProcessor
from snapy_instrument.trace.recursion import RecursiveTracker
from snapy_instrument.trace.stack import CallStackManager
from snapy_instrument.trace.trace import Trace
from snapy_instrument.trace.validation import TraceValidator
from snapy_instrument.tracers import AsyncTracer, FunctionTracer, StreamingTracer, trace_legacy_system

if TYPE_CHECKING:
    from snapy_instrument.testing.syrupy_extension import TracedSnapshotExtension

__all__ = [
    "AsyncTracer",
    "CallEvent",
    "CallStackManager",
    "EventType",
    "FunctionTracer",
    "Hook",
    "ModuleFilter",
    "PerformanceTracker",
    "RecursiveTracker",
    "SnapyError",
    "SnapyWarning",
    "StreamingTracer",
    "Trace",
    "TraceError",
    "TraceProcessor",
    "TraceValidator",
    "TracedExecution",
    "TracedSnapshot",
    "TracedSnapshotExtension",
    "TracingDiagnostics",
    "install_hook",
    "register_capture",
    "trace_legacy_system",
    "traced",
]


def __getattr__(name: str) -> Any:
    # Only touching this name imports syrupy.
    if name == "TracedSnapshotExtension":
        from snapy_instrument.testing.syrupy_extension import TracedSnapshotExtension

        return TracedSnapshotExtension
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
