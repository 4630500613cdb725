"""The founding document: its examples as written there, and every name it gives, kept.

Test functions of the document are here under their own names; its sketches of classes are in
`founding_examples`, and where a sketch can run alone the library's class is held to the same behaviour.
"""

# The document's examples have no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-incomplete-defs

from __future__ import annotations

import asyncio
import dataclasses
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from syrupy.extensions.amber import AmberSnapshotExtension

import snapy_instrument
from snapy_instrument import (
    AsyncTracer,
    CallEvent,
    FunctionTracer,
    StreamingTracer,
    TracedExecution,
    TracedSnapshot,
    TracedSnapshotExtension,
    TraceError,
    TraceProcessor,
    TraceValidator,
    trace_legacy_system,
)
from tests import founding_examples as written


def _load_myapp() -> ModuleType:
    """`founding_app` under a name that the document's filters match."""
    path = Path(__file__).with_name("founding_app.py")
    spec = importlib.util.spec_from_file_location("myapp.business", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["myapp.business"] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


myapp = _load_myapp()
test_data, test_input = myapp.test_data, myapp.test_input
complex_business_function, business_function = myapp.complex_business_function, myapp.business_function
complex_algorithm = myapp.complex_algorithm
preprocess_data, validate_data, finalize_data = myapp.preprocess_data, myapp.validate_data, myapp.finalize_data


def event(kind: str, name: str = "f", **more: Any) -> CallEvent:
    """An event made by hand."""
    return CallEvent(kind, name, "f.py", 1, {}, more.pop("value", None), 0, 0.0, "1", 0, **more)


def sketch_and_ours(name: str) -> pytest.MarkDecorator:
    """Run a test with the document's class and with the library's."""
    return pytest.mark.parametrize(
        "made", [getattr(written, name), getattr(snapy_instrument, name)], ids=["sketch", "ours"]
    )


# -- the document's tests, as written ----------------------------------------------------------------------


def test_complex_business_logic(snapshot):
    """snapshot.py, usage pattern: result, trace and metrics make one snapshot."""
    traced = TracedSnapshot()

    with traced:
        result = complex_business_function(test_data)

    # Capture both result and execution trace
    combined_snapshot = {
        "result": result,
        "execution_trace": traced.format_trace(),
        "performance_metrics": traced.get_metrics(),
    }

    assert combined_snapshot == snapshot


@pytest.fixture
def function_tracer():
    """A tracer that is cleaned up."""
    tracer = FunctionTracer(filter_modules=["myapp.*"])
    yield tracer
    tracer.cleanup()


def test_with_tracing(function_tracer, snapshot):
    """Fixture-based tracing: a filtered tracer from a fixture."""
    with function_tracer:
        result = business_function(test_input)

    execution_summary = {
        "result": result,
        "call_trace": function_tracer.format_events(),
        "metrics": function_tracer.get_metrics(),
    }

    assert execution_summary == snapshot


@pytest.mark.parametrize("trace_level", ["minimal", "detailed", "verbose"])
def test_different_trace_levels(trace_level, snapshot):
    """Parameterized trace testing: each level has a text of its own."""
    tracer = FunctionTracer(detail_level=trace_level)

    with tracer:
        result = complex_algorithm(test_data)  # noqa: F841

    assert tracer.format_trace() == snapshot


def test_function_tracer_captures_calls():
    """Unit testing the tracer: one call gives exactly a call and a return."""
    tracer = FunctionTracer()

    def test_function(x, y):
        return x + y

    with tracer:
        result = test_function(1, 2)  # noqa: F841

    events = tracer.get_events()
    assert len(events) == 2  # call and return
    assert events[0].event_type == "call"
    assert events[0].function_name == "test_function"
    assert events[0].args == {"x": 1, "y": 2}
    assert events[1].return_value == 3


def test_traced_snapshot_integration(snapshot):
    """Integration testing with syrupy: input, output, trace, calls and call graph make one snapshot."""

    def complex_workflow(data):
        processed = preprocess_data(data)
        validated = validate_data(processed)
        return finalize_data(validated)

    traced = TracedSnapshot()
    with traced:
        result = complex_workflow(test_data)

    # Comprehensive snapshot including execution trace
    full_context = {
        "input": test_data,
        "output": result,
        "execution_trace": traced.format_trace(),
        "function_calls": traced.get_function_calls(),
        "call_graph": traced.build_call_graph(),
    }

    assert full_context == snapshot


# -- the document's sketches -------------------------------------------------------------------------------


def test_call_event_has_the_documents_fields_first():
    """The ten fields stand first, in the document's order and with its types."""
    sketch = [(field.name, str(field.type)) for field in dataclasses.fields(written.CallEvent)]
    ours = [(field.name, str(field.type)) for field in dataclasses.fields(CallEvent)][: len(sketch)]
    assert [name for name, _ in ours] == [name for name, _ in sketch]
    expected = {"event_type": "EventType | str", "args": "dict[str, Any]", "return_value": "Any"}
    plain = {"function_name": "str", "filename": "str", "line_number": "int", "depth": "int"}
    measured = {"timestamp": "float", "thread_id": "str", "memory_usage": "int"}
    assert dict(ours) == expected | plain | measured


def test_call_event_values_have_the_documents_types():
    """What a tracer puts into the ten fields has the types that the document gives."""
    with FunctionTracer() as tracer:
        complex_business_function([1])
    call = tracer.get_events()[0]
    found = [type(getattr(call, field.name)) for field in dataclasses.fields(written.CallEvent)][1:]
    assert isinstance(call.event_type, str)
    assert found == [str, str, int, dict, type(None), int, float, str, int]


@sketch_and_ours("CallStackManager")
def test_call_stack_manager(made):
    """It follows nested calls, gives the call event with its result, and None when nothing is open."""
    manager = made()
    outer, inner = event("call", "outer"), event("call", "inner")
    manager.enter_call(outer)
    manager.enter_call(inner)
    assert manager.stack == [outer, inner]
    assert manager.exit_call(event("return", "inner", value=7)) is inner
    assert inner.return_value == 7
    assert manager.exit_call(event("return", "outer")) is outer
    assert manager.exit_call(event("return", "outer")) is None
    assert (manager.max_depth, dict(manager.call_counts)) == (2, {"outer": 1, "inner": 1})


def test_performance_tracker_keeps_to_the_sketch():
    """The sketch's ``collect_metrics`` runs on the library's helpers and has the library's keys."""

    class Written(written.PerformanceTracker, snapy_instrument.PerformanceTracker):
        pass

    with FunctionTracer() as tracer:
        complex_business_function(test_data)
    sketch = Written().collect_metrics(tracer.events)
    ours = snapy_instrument.PerformanceTracker().collect_metrics(tracer.events)
    assert sketch == ours
    assert sketch["function_call_counts"]["check"] == 3
    assert sketch["max_call_depth"] == 3
    assert 0 < sketch["total_execution_time"] < 60
    assert {"check", "finalize_data"} <= {spot["function"].rpartition(".")[2] for spot in sketch["hot_spots"]}
    assert sketch["memory_usage"] > 0


def test_sketched_snapshot_extension():
    """The sketch of an extension finds on `TracedExecution` all that it asks for."""

    class Complete(written.TracedSnapshotExtension):
        def _serialize_call(self, call):
            return call.name

    with TracedSnapshot() as traced:
        complex_business_function([1])
    found = Complete().serialize(traced.execution)
    assert found["function_calls"] == [
        f"myapp.business.{name}"
        for name in ("complex_business_function", "preprocess_data", "validate_data", "check", "finalize_data")
    ]
    assert found["call_graph"]["myapp.business.validate_data"] == {"myapp.business.check": 1}
    assert found["performance_summary"]["total_calls"] == 5
    assert Complete().serialize([1]) == AmberSnapshotExtension().serialize([1])


def test_our_snapshot_extension(snapshot):
    """An amber snapshot shows a `TracedExecution` as calls, call graph and performance, at any depth."""
    with TracedSnapshot() as traced:
        complex_business_function(test_data)
    ours = snapshot.use_extension(TracedSnapshotExtension)
    assert traced.execution == ours
    assert {"nested": [traced.execution]} == ours(name="nested")


@pytest.mark.parametrize("trace", [written.trace_legacy_system, trace_legacy_system], ids=["sketch", "ours"])
def test_trace_legacy_system(trace):
    """Legacy code is traced unchanged: the report has its result, flow, functions and times."""
    found = trace(complex_business_function, data=[2])
    assert list(found) == ["result", "execution_flow", "called_functions", "performance_data"]
    assert found["result"] == {"sum": 20}
    assert found["called_functions"][0] == "myapp.business.complex_business_function"
    assert found["execution_flow"][:2] == [
        {"event": "call", "function": "myapp.business.complex_business_function", "depth": 0},
        {"event": "call", "function": "myapp.business.preprocess_data", "depth": 1},
    ]
    assert set(found["performance_data"]) == set(found["called_functions"])
    assert found["performance_data"]["myapp.business.check"]["calls"] == 1


@sketch_and_ours("RecursiveTracker")
def test_recursive_tracker(made):
    """The first sighting opens a list; later ones are noted with depth, arguments and time."""
    tracker = made()
    tracker.track_recursive_call("fact", {"n": 2})
    tracker.recursion_depth = 1
    tracker.track_recursive_call("fact", {"n": 1})
    (noted,) = tracker.recursion_patterns["fact"]
    assert (noted["depth"], noted["args"]) == (1, {"n": 1})
    assert noted["timestamp"] > 0


@sketch_and_ours("AsyncTracer")
def test_async_tracer(made):
    """A coroutine is one call with its result, under the name of the task that awaited it."""
    tracer = made(["myapp.*"])

    async def main():
        return await asyncio.create_task(tracer.trace_async_function(myapp.fetch, "page"), name="loader")

    assert asyncio.run(main()) == "PAGE"
    assert tracer.async_tasks == ({} if made is written.AsyncTracer else {"loader": "fetch"})
    kinds = [(each.event_type.value, each.function_name, each.task) for each in tracer.get_events()]
    assert kinds == [
        ("call", "fetch", "loader"),
        ("call", "read", "loader"),
        ("return", "read", "loader"),
        ("return", "fetch", "loader"),
    ]


def test_async_tracer_knows_the_calls_of_each_task():
    """`task_call_stacks` holds for each task the functions it called."""
    tracer = AsyncTracer(["myapp.*"])

    async def main():
        one = asyncio.create_task(tracer.trace_async_function(myapp.fetch, "a"), name="one")
        other = asyncio.create_task(tracer.trace_async_function(myapp.read, "b"), name="other")
        await asyncio.gather(one, other)

    asyncio.run(main())
    assert dict(tracer.task_call_stacks) == {
        "one": ["myapp.business.fetch", "myapp.business.read"],
        "other": ["myapp.business.read"],
    }


@sketch_and_ours("StreamingTracer")
def test_streaming_tracer_by_hand(made):
    """A full buffer goes to the processor and is cleared."""
    tracer = made(buffer_size=2)
    tracer.add_event(event("call"))
    assert len(tracer.event_buffer) == 1
    tracer.add_event(event("return"))
    assert tracer.event_buffer == []
    assert isinstance(tracer.trace_processor, TraceProcessor)
    assert [each.event_type for each in tracer.trace_processor.events()] == ["call", "return"]


def test_streaming_tracer_in_a_block():
    """Full buffers are processed while the block runs, and nothing is lost at its end."""
    tracer = StreamingTracer(buffer_size=4)
    with tracer:
        complex_business_function(test_data)
    tracer.flush()
    assert tracer.trace_processor.batches > 1
    assert tracer.trace_processor.events_processed == 14
    TraceValidator().validate(tracer.trace_processor.events())


@sketch_and_ours("TraceValidator")
def test_trace_validator(made):
    """Balanced calls pass; a lonely return and an unmatched call are a TraceError."""
    validator = made()
    validator.validate_call_balance([event("call"), event("return")])
    with pytest.raises(TraceError, match=r"^Return without matching call"):
        validator.validate_call_balance([event("return")])
    with pytest.raises(TraceError, match=r"^Unmatched function calls"):
        validator.validate_call_balance([event("call")])


@sketch_and_ours("TraceValidator")
def test_trace_validator_takes_what_tracers_record(made):
    """Calls balance in a recording in which exceptions pass."""
    with FunctionTracer() as tracer:
        assert myapp.careful(1, 0) is None
    made().validate_call_balance(tracer.events)
    assert [each.event_type for each in tracer.events] == ["call", "call", "exception", "return", "return"]


@sketch_and_ours("TracingDiagnostics")
def test_tracing_diagnostics(made):
    """The report has the document's four keys, with numbers of a sane size."""
    with FunctionTracer() as tracer:
        complex_algorithm(list(range(20)))
    report = made().analyze_performance_impact(tracer)
    assert set(report) == {"overhead_percentage", "memory_usage_mb", "events_per_second", "bottlenecks"}
    assert report["overhead_percentage"] > 0
    assert 1 < report["memory_usage_mb"] < 100_000
    assert 10 < report["events_per_second"] < 10_000_000
    assert report["bottlenecks"][0]["function"] == "myapp.business.complex_algorithm"


def test_module_filter_of_the_document():
    """Positive patterns include, negative ones exclude, ``*`` is any substring."""
    chosen = written.filtered_tracer().filter
    assert chosen.matches("myapp.orders.lines")
    assert chosen.matches("business_logic.tax")
    assert not chosen.matches("numpy.linalg")
    assert not chosen.matches("elsewhere")


# -- FunctionTracer's names --------------------------------------------------------------------------------


def test_sketched_attributes_of_a_new_tracer():
    """``filter_modules``, ``events`` and ``call_stack`` begin as in the sketch."""
    for made in (written.SketchedFunctionTracer, FunctionTracer):
        assert (made().filter_modules, made().events, made().call_stack) == ([], [], [])
        assert made(filter_modules=["myapp.*"]).filter_modules == ["myapp.*"]


def test_trace_function_by_hand():
    """``sys.settrace(tracer.trace_function)`` records without a block, and nobody's slot is kept."""
    tracer = FunctionTracer(["myapp.*"])
    before = sys.gettrace()
    sys.settrace(tracer.trace_function)
    try:
        complex_business_function(test_data)
    finally:
        sys.settrace(before)
    with FunctionTracer(["myapp.*"]) as block:
        complex_business_function(test_data)
    assert tracer.format_trace() == block.format_trace()
    assert len(tracer.get_events()) == 14


def test_call_stack_holds_the_open_calls():
    """Inside a call the stack has it last, and outside it is empty again."""
    tracer = FunctionTracer()
    seen: list[str] = []

    def outer():
        inner()

    def inner():
        seen.extend(each.function_name for each in tracer.call_stack)

    with tracer:
        outer()
        assert tracer.call_stack == []
    assert seen == ["outer", "inner"]


def test_events_are_what_get_events_gives():
    """The attribute and the method tell the same."""
    with FunctionTracer() as tracer:
        complex_business_function([1])
    assert tracer.events == tracer.get_events()
    assert len(tracer.events) == 10


def test_exceptions_are_captured_where_they_pass():
    """Exception handling and propagation: the call that raises and each call that is left are in the events."""
    with FunctionTracer(["myapp.*"]) as tracer, pytest.raises(ValueError, match="not positive"):
        complex_business_function([0])
    left = [(each.function_name, each.exception) for each in tracer.events if each.event_type == "exception"]
    assert [name for name, _ in left] == ["check", "validate_data", "complex_business_function"]
    assert {info and tuple(info) for _, info in left} == {("ValueError", "not positive: 0")}


def test_line_events_are_optional():
    """Line-by-line execution is recorded if asked for and not otherwise."""
    counts = {}
    for lines in (False, True):
        with FunctionTracer(["myapp.*"], trace_lines=lines) as tracer:
            myapp.with_tax(1.0)
        counts[lines] = sum(each.event_type == "line" for each in tracer.events)
    assert counts == {False: 0, True: 1}


def test_format_events_tells_begin_and_end():
    """One line for the begin and the end of each call."""
    with FunctionTracer(["myapp.*"]) as tracer:
        myapp.careful(1, 0)
    assert tracer.format_events().splitlines() == [
        "call myapp.business.careful(one=1, other=0)",
        "  call myapp.business.divide(one=1, other=0)",
        "  exception myapp.business.divide ZeroDivisionError('division by zero')",
        "return myapp.business.careful",
    ]


def test_execution_flow_function_list_and_timing_data():
    """The three views of legacy tracing tell the calls in order, each function once, and its calls and times."""
    with FunctionTracer(["myapp.*"]) as tracer:
        myapp.careful(1, 0)
        myapp.divide(1, 1)
    names = ["myapp.business.careful", "myapp.business.divide"]
    flow = [each["event"] for each in tracer.get_execution_flow()]
    assert flow == ["call", "call", "exception", "return", "call", "return"]
    assert tracer.get_function_list() == names
    times = tracer.get_timing_data()
    assert {name: times[name]["calls"] for name in names} == {names[0]: 1, names[1]: 2}
    assert 0 <= times[names[0]]["self_time"] <= times[names[0]]["total_time"]


def test_metrics_and_performance_metrics():
    """Counts are plain numbers; measured quantities compare as numbers and print as <volatile>."""
    with FunctionTracer(["myapp.*"]) as tracer:
        complex_business_function(test_data)
    metrics = tracer.get_metrics()
    assert (metrics["total_calls"], metrics["max_call_depth"], metrics["exceptions"]) == (7, 3, 0)
    assert repr(metrics["total_execution_time"]) == "<volatile>"
    measured = tracer.get_performance_metrics()
    assert measured.calculate_overhead() > 0
    assert measured.get_memory_usage() > 1024
    assert measured.get_event_rate() > 0
    assert measured.identify_bottlenecks()[0]["calls"] >= 1


def test_trace_context_names_the_calls():
    """Inside ``trace_context`` calls carry its name; it enters the tracer where nobody did."""
    tracer = FunctionTracer(["myapp.*"])
    with tracer.trace_context("import"):
        myapp.with_tax(1.0)
    assert [each.task for each in tracer.events] == ["import", "import"]
    assert not tracer.active


def test_cleanup_drops_everything():
    """After cleanup nothing is recorded or held, and using the tracer again is an error that says so."""
    tracer = FunctionTracer()
    with tracer:
        complex_business_function([1])
    tracer.cleanup()
    tracer.cleanup()
    with pytest.raises(TraceError, match="cleaned up"):
        tracer.get_events()


def test_cleanup_ends_a_trace_function_set_by_hand():
    """Cleanup takes back ``sys.settrace(tracer.trace_function)``."""
    before = sys.gettrace()
    tracer = FunctionTracer()
    try:
        sys.settrace(tracer.trace_function)
        tracer.cleanup()
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert after is None


# -- TracedSnapshot, TracedExecution, TraceProcessor -------------------------------------------------------


def test_traced_snapshot_takes_a_serializer():
    """Support for custom trace serializers: what it returns is the text."""
    with TracedSnapshot(["myapp.*"], serializer=lambda trace: f"{len(trace)} calls") as traced:
        complex_business_function(test_data)
    assert traced.format_trace() == "7 calls"


def test_traced_execution_has_calls_graph_and_summary():
    """`TracedExecution` is made of a trace and has its calls, call graph and performance."""
    with FunctionTracer(["myapp.*"]) as tracer:
        myapp.careful(1, 0)
    execution = TracedExecution(tracer.trace)
    assert [call.name for call in execution.calls] == ["myapp.business.careful", "myapp.business.divide"]
    assert execution.build_call_graph()["myapp.business.careful"] == {"myapp.business.divide": 1}
    assert execution.get_performance_summary()["exceptions"] == 1


def test_syrupy_filters_apply(snapshot):
    """Integration with syrupy's filtering: an excluded key is left out of the snapshot."""
    from syrupy.filters import props

    with TracedSnapshot(["myapp.*"]) as traced:
        complex_business_function([1])
    assert {"calls": traced.get_function_calls(), "metrics": traced.get_metrics()} == snapshot(
        exclude=props("metrics", "args")
    )


def test_trace_processor_counts_batches():
    """A batch given by hand is counted and kept."""
    processor = TraceProcessor()
    processor.process_batch([event("call"), event("return")])
    assert (processor.batches, processor.events_processed, len(processor.events())) == (1, 2, 2)


def test_threads_are_recorded_apart():
    """Thread-safe operation: calls of several threads at once nest each in its own thread."""
    import threading

    with FunctionTracer(["myapp.*"]) as tracer:
        threads = [threading.Thread(target=complex_business_function, args=([n],)) for n in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    TraceValidator().validate(tracer.events)
    assert len(tracer.trace) == 15
    assert len({each.thread_id for each in tracer.events}) in (1, 2, 3)
