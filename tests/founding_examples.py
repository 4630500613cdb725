"""The classes and functions that the founding document sketches, letter by letter, with their imports.

`SnapshotExtension` is syrupy's `AmberSnapshotExtension`. What a sketch leaves undefined stays undefined.
"""

# Verbatim: not formatted, linted or typed.
# ruff: noqa
# mypy: ignore-errors
# fmt: off

import asyncio
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Dict

from syrupy.extensions.amber import AmberSnapshotExtension as SnapshotExtension

from snapy_instrument import FunctionTracer, TracedExecution, TraceError, TraceProcessor


@dataclass
class CallEvent:
    event_type: str          # 'call' or 'return'
    function_name: str       # Function identifier
    filename: str            # Source file path
    line_number: int         # Execution line
    args: Dict[str, Any]     # Function arguments
    return_value: Any        # Function output
    depth: int               # Call stack depth
    timestamp: float         # Execution timing
    thread_id: str           # Thread identifier
    memory_usage: int        # Memory consumption


class CallStackManager:
    def __init__(self):
        self.stack = []
        self.max_depth = 0
        self.call_counts = defaultdict(int)

    def enter_call(self, call_event):
        self.stack.append(call_event)
        self.max_depth = max(self.max_depth, len(self.stack))
        self.call_counts[call_event.function_name] += 1

    def exit_call(self, return_event):
        if self.stack:
            call_event = self.stack.pop()
            call_event.return_value = return_event.return_value
            return call_event


class PerformanceTracker:
    def collect_metrics(self, trace_events):
        return {
            "total_execution_time": self._calculate_total_time(trace_events),
            "function_call_counts": self._count_function_calls(trace_events),
            "max_call_depth": self._find_max_depth(trace_events),
            "hot_spots": self._identify_performance_hotspots(trace_events),
            "memory_usage": self._track_memory_consumption(trace_events)
        }


class TracedSnapshotExtension(SnapshotExtension):
    def serialize(self, data, **kwargs):
        if isinstance(data, TracedExecution):
            return self._serialize_traced_execution(data)
        return super().serialize(data, **kwargs)

    def _serialize_traced_execution(self, traced):
        return {
            "function_calls": [self._serialize_call(call) for call in traced.calls],
            "call_graph": traced.build_call_graph(),
            "performance_summary": traced.get_performance_summary()
        }


def trace_legacy_system(legacy_function, *args, **kwargs):
    """Trace legacy code without modification"""
    tracer = FunctionTracer()

    with tracer:
        result = legacy_function(*args, **kwargs)

    return {
        "result": result,
        "execution_flow": tracer.get_execution_flow(),
        "called_functions": tracer.get_function_list(),
        "performance_data": tracer.get_timing_data()
    }


class RecursiveTracker:
    def __init__(self):
        self.recursion_depth = 0
        self.recursion_patterns = {}

    def track_recursive_call(self, function_name, args):
        if function_name in self.recursion_patterns:
            self.recursion_patterns[function_name].append({
                "depth": self.recursion_depth,
                "args": args,
                "timestamp": time.time()
            })
        else:
            self.recursion_patterns[function_name] = []


class AsyncTracer(FunctionTracer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.async_tasks = {}
        self.task_call_stacks = defaultdict(list)

    async def trace_async_function(self, async_func, *args, **kwargs):
        task_id = asyncio.current_task().get_name()

        with self.trace_context(task_id):
            result = await async_func(*args, **kwargs)

        return result


class StreamingTracer(FunctionTracer):
    def __init__(self, buffer_size=10000):
        super().__init__()
        self.buffer_size = buffer_size
        self.event_buffer = []
        self.trace_processor = TraceProcessor()

    def add_event(self, event):
        self.event_buffer.append(event)

        if len(self.event_buffer) >= self.buffer_size:
            self.trace_processor.process_batch(self.event_buffer)
            self.event_buffer.clear()


class TraceValidator:
    def validate_call_balance(self, events):
        """Ensure every call has a matching return"""
        call_stack = []
        for event in events:
            if event.event_type == 'call':
                call_stack.append(event)
            elif event.event_type == 'return':
                if not call_stack:
                    raise TraceError("Return without matching call")
                call_stack.pop()

        if call_stack:
            raise TraceError("Unmatched function calls")


class TracingDiagnostics:
    def analyze_performance_impact(self, tracer):
        metrics = tracer.get_performance_metrics()

        report = {
            "overhead_percentage": metrics.calculate_overhead(),
            "memory_usage_mb": metrics.get_memory_usage() / 1024 / 1024,
            "events_per_second": metrics.get_event_rate(),
            "bottlenecks": metrics.identify_bottlenecks()
        }

        return report


def filtered_tracer():
    # Trace only application modules, exclude standard library
    tracer = FunctionTracer(filter_modules=[
        "myapp.*",           # Application code
        "business_logic.*",  # Business modules
        "!numpy.*",          # Exclude numpy
        "!pandas.*"          # Exclude pandas
    ])
    return tracer


# The document's FunctionTracer; under another name, because the sketches above extend the library's.
class SketchedFunctionTracer:
    def __init__(self, filter_modules=None):
        self.filter_modules = filter_modules or []
        self.events = []
        self.call_stack = []
        self.thread_local = threading.local()

    def trace_function(self, frame, event, arg):
        if event == 'call':
            self._handle_function_call(frame, arg)
        elif event == 'return':
            self._handle_function_return(frame, arg)
        return self.trace_function
