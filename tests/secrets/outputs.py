"""Everything that a recording can be turned into."""

from __future__ import annotations

__all__ = ["outputs_of"]

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from syrupy.extensions.amber.serializer import AmberDataSerializer

from snapy_instrument import (
    CallEvent,
    FunctionTracer,
    StreamingTracer,
    Trace,
    TracedExecution,
    TracedSnapshotExtension,
    TraceProcessor,
    diff_traces,
)
from snapy_instrument.testing.explain import explain_comparison
from snapy_instrument.testing.syrupy.extension import TraceFileExtension

FRAMES: Any = "monitoring" if sys.version_info >= (3, 12) else "settrace"
EMPTY = Trace([])


def outputs_of(run: Callable[[], object], module: str, folder: Path, backend: Any = FRAMES) -> dict[str, bytes]:
    """``run`` recorded, by every name of an output."""
    tracer = FunctionTracer([module], backend=backend, trace_lines=True, detail_level="verbose")
    with tracer:
        run()
    assert len(tracer.trace) > 0
    found = {**_of_tracer(tracer), **_of_trace(tracer.trace, folder), **_of_stream(run, module, folder, backend)}
    return {name: _bytes(output) for name, output in found.items()}


def _bytes(output: Any) -> bytes:
    return output if isinstance(output, bytes) else str(output).encode("utf-8", "surrogatepass")


def _of_tracer(tracer: FunctionTracer) -> dict[str, Any]:
    return {
        "repr of the tracer": repr(tracer),
        "events": repr(tracer.events),
        "pickled events": pickle.dumps(tracer.events),
        "format_events": tracer.format_events(),
        "execution flow": tracer.get_execution_flow(),
        "function list": tracer.get_function_list(),
        "metrics": tracer.get_metrics(),
        "timing": tracer.get_timing_data(),
        "slowest": tracer.get_performance_metrics().identify_bottlenecks(),
    }


def _of_trace(trace: Trace, folder: Path) -> dict[str, Any]:
    saved = folder / "saved.jsonl"
    trace.save(saved)
    execution = TracedExecution(trace)
    levels = {f"text {level}": trace.format(level) for level in ("minimal", "standard", "verbose")}
    both = {"new": diff_traces(EMPTY, trace), "old": diff_traces(trace, EMPTY)}
    return {
        **levels,
        **{f"diff, {name}": "\n".join([*diff.overview(), *diff.lines(), repr(diff)]) for name, diff in both.items()},
        "repr of the trace": repr(trace),
        "pickled trace": pickle.dumps(trace),
        "saved file": saved.read_bytes(),
        "loaded again": repr(Trace.load(saved).events),
        "execution": [repr(execution), execution.function_calls(), execution.get_performance_summary()],
        "trace snapshot": TraceFileExtension.serialize(SimpleNamespace(), trace),  # type: ignore[arg-type]
        "amber snapshot": TracedSnapshotExtension().serialize(execution),
        "plain amber": AmberDataSerializer.serialize(trace.events),
        "assertion": explain_comparison([], trace, EMPTY),
    }


def _of_stream(run: Callable[[], object], module: str, folder: Path, backend: Any) -> dict[str, Any]:
    batches: list[list[CallEvent]] = []
    processor = TraceProcessor(batches.append, folder / "stream.jsonl")
    tracer = StreamingTracer(3, filter_modules=[module], backend=backend, detail_level="verbose")
    tracer.trace_processor = processor
    with tracer:
        run()
    tracer.flush()
    assert batches
    return {
        "streamed batches": [batches, processor.events(), processor.summary()],
        "streamed file": (folder / "stream.jsonl").read_bytes(),
    }
