"""Nothing of ours waits for the garbage collector, and nothing of ours keeps a trace after its tracer."""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from snapy_instrument import AsyncTracer, FunctionTracer, StreamingTracer, TracedSnapshot, install_hook, traced
from tests.lifetime import workload
from tests.lifetime.scenarios import NAMES
from tests.lifetime.ways import MODULE, WAYS, Scenarios, backend_of, no_collection

# The program itself leaves cycles there: a class, an exception whose frames hold it, an event loop.
WITH_CYCLES = {"exception_of_init", "local_class", "cycle", "coroutines", "tasks_in_a_loop"}
TRACERS: list[Callable[..., FunctionTracer]] = [FunctionTracer, AsyncTracer, StreamingTracer, TracedSnapshot]


def garbage(scenario: Callable[[list[str]], None]) -> list[Any]:
    """What only the collector would free after a run."""
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        scenario([])
        gc.collect()
        return gc.garbage[:]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITH_CYCLES])
@pytest.mark.parametrize("way", WAYS)
def test_a_recorded_run_leaves_nothing_to_the_collector(scenarios: Scenarios, way: str, name: str) -> None:
    """What leaves no cycle when run plain leaves none when recorded, neither the program's nor ours."""
    with scenarios.recorded(way) as module:
        assert garbage(getattr(module, name)) == []


def test_cycles_of_the_program_are_seen(scenarios: Scenarios) -> None:
    """The measurement finds a cycle, so the test above can fail."""
    assert "Held" in [type(each).__name__ for each in garbage(scenarios.plain.cycle_left)]


@pytest.mark.parametrize("make", TRACERS)
@pytest.mark.parametrize("way", WAYS)
def test_a_tracer_dies_with_its_last_reference(
    scenarios: Scenarios, way: str, make: Callable[..., FunctionTracer]
) -> None:
    """Dropped, it goes at once, without the collector and without cleanup()."""
    with no_collection():
        tracer = make(filter_modules=[MODULE], backend=backend_of(way))
        for name in ("argument", "exception_caught", "generator_dropped", "threads"):
            with tracer:
                getattr(scenarios.module(way), name)([])
        assert type(tracer.events) is list
        reference = weakref.ref(tracer)
        del tracer
        assert reference() is None


@pytest.mark.parametrize("make", TRACERS)
@pytest.mark.parametrize("backend", [way for way in WAYS if "+" not in way])
def test_a_recording_goes_with_its_tracer(backend: Any, make: Callable[..., FunctionTracer]) -> None:
    """Of calls in tasks, threads and callbacks nothing of ours waits for the collector when the tracer is dropped."""

    def record(log: list[str]) -> None:
        tracer = make(filter_modules=[workload.__name__], backend=backend)
        with tracer:
            workload.mixed()
        assert type(tracer.events) is list

    with install_hook([workload.__name__]):
        record([])
        left = [type(each) for each in garbage(record)]
    assert [kind for kind in left if kind.__module__.startswith("snapy_instrument")] == []


@pytest.mark.parametrize("backend", [way for way in WAYS if "+" not in way])
def test_a_recording_that_ends_inside_a_call_goes_with_its_tracer(backend: Any) -> None:
    """The end of that call is not heard; nothing of ours waits for it."""

    def ours() -> int:
        gc.collect()
        return sum(type(each).__module__.startswith("snapy_instrument") for each in gc.get_objects())

    def record() -> None:
        tracer = FunctionTracer([workload.__name__], backend=backend)
        with ExitStack() as stack:
            stack.enter_context(tracer)
            workload.calls(stack.close)
        assert [event.function_name for event in tracer.events if event.event_type == "call"] == ["calls"]

    with install_hook([workload.__name__]):
        record()
        before = ours()
        record()
        assert ours() == before


@traced
def called(one: object, *rest: object, two: object = None) -> object:
    """Returns its argument."""
    return one


@traced
def raising(one: object) -> None:
    """Raises its argument."""
    raise LookupError(one)


@pytest.mark.parametrize("way", WAYS)
def test_reference_counts_are_as_before(way: str) -> None:
    """Arguments, results, functions, modules and singletons have as many references after a block as before."""
    payload, function = object(), types.FunctionType(called.__wrapped__.__code__, {})  # type: ignore[attr-defined]
    watched: list[Any] = [payload, function, called, called.__wrapped__, sys.modules[__name__], raising]  # type: ignore[attr-defined]

    def run() -> None:
        with FunctionTracer([__name__], backend=backend_of(way)):
            for _ in range(50):
                called(payload, function, two=called)
                called(called.__wrapped__, watched[4])  # type: ignore[attr-defined]
                with pytest.raises(LookupError):
                    raising(payload)

    run()
    before = [sys.getrefcount(each) for each in watched]
    run()
    assert [sys.getrefcount(each) for each in watched] == before
