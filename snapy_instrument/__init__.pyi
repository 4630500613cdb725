from snapy_instrument.backends.hook import Hook as Hook
from snapy_instrument.backends.hook import install_hook as install_hook
from snapy_instrument.capture.limits import Limits as Limits
from snapy_instrument.capture.redact import Redactor as Redactor
from snapy_instrument.capture.registry import register_capture as register_capture
from snapy_instrument.decorators import traced as traced
from snapy_instrument.diagnostics import TracingDiagnostics as TracingDiagnostics
from snapy_instrument.errors import SnapyError as SnapyError
from snapy_instrument.errors import SnapyWarning as SnapyWarning
from snapy_instrument.errors import TraceError as TraceError
from snapy_instrument.events import CallEvent as CallEvent
from snapy_instrument.events import EventType as EventType
from snapy_instrument.filters import ModuleFilter as ModuleFilter
from snapy_instrument.testing.snapshot import TracedSnapshot as TracedSnapshot
from snapy_instrument.testing.syrupy_extension import TracedSnapshotExtension as TracedSnapshotExtension
from snapy_instrument.trace.execution import TracedExecution as TracedExecution
from snapy_instrument.trace.metrics import PerformanceTracker as PerformanceTracker
from snapy_instrument.trace.processing import TraceProcessor as TraceProcessor
from snapy_instrument.trace.recursion import RecursiveTracker as RecursiveTracker
from snapy_instrument.trace.stack import CallStackManager as CallStackManager
from snapy_instrument.trace.trace import Trace as Trace
from snapy_instrument.trace.validation import TraceValidator as TraceValidator
from snapy_instrument.tracers import AsyncTracer as AsyncTracer
from snapy_instrument.tracers import FunctionTracer as FunctionTracer
from snapy_instrument.tracers import StreamingTracer as StreamingTracer
from snapy_instrument.tracers import trace_legacy_system as trace_legacy_system

__all__: list[str]
