"""Objects of the program die when they would without us."""

from __future__ import annotations

import gc
import importlib
import sys
from contextlib import ExitStack, nullcontext
from itertools import groupby
from typing import Any

import pytest

from snapy_instrument import IMPLEMENTATION, FunctionTracer, install_hook
from tests.conformance.harness import BACKENDS
from tests.lifetime.scenarios import NAMES
from tests.lifetime.ways import MODULE, WAYS, Scenarios, no_collection

HANDS_OVER = IMPLEMENTATION == "native" and sys.version_info < (3, 14)
"""A call through a proxy takes the arguments off its caller's stack: ``native/handover.c``."""

# A frame that calls a function with ``*args`` holds them until it returns, and before 3.13 sys.settrace itself lets
# each frame keep a dict of its first locals.
HELD_BY_THE_CALL = {
    *([] if HANDS_OVER else ["proxy", *(way for way in WAYS if "+" in way)]),
    *([] if sys.version_info >= (3, 13) else ["settrace"] if HANDS_OVER else ["settrace", "settrace+hook"]),
}


def deaths(scenarios: Scenarios, name: str, way: str = "") -> list[str]:
    """What a scenario logs, plain or recorded; deaths between two steps of the program in alphabetical order."""
    log: list[str] = []
    with scenarios.recorded(way) if way else nullcontext(scenarios.plain) as module, no_collection():
        getattr(module, name)(log)
    groups = groupby(log, lambda line: line.endswith(" dies"))
    return [line for dying, lines in groups for line in (sorted(lines) if dying else lines)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", WAYS)
def test_every_object_dies_when_it_would(scenarios: Scenarios, way: str, name: str) -> None:
    """Each object dies between the same two steps of the program as in a plain run."""
    recorded, plain = deaths(scenarios, name, way), deaths(scenarios, name)
    if name == "tasks_in_a_loop" and "settrace" in way:
        # A cancelled coroutine that a trace function followed may be left to the collection at the end.
        recorded, plain = sorted(recorded[:-1]), sorted(plain[:-1])
    assert recorded == plain


@pytest.mark.parametrize("way", WAYS)
def test_what_a_call_lets_go_dies_with_the_call_at_the_latest(scenarios: Scenarios, way: str) -> None:
    """An argument that the callee deletes dies at once, or where the call itself holds it when it returns."""
    at_once, with_the_call = ["thing dies", "let go", "after"], ["let go", "thing dies", "after"]
    assert deaths(scenarios, "deleted_inside") == at_once
    found = deaths(scenarios, "deleted_inside", way)
    assert found == at_once or (way in HELD_BY_THE_CALL and found == with_the_call)


@pytest.mark.parametrize("backend", ["none", *BACKENDS])
def test_what_a_callee_gives_up_dies_when_it_would(backend: Any) -> None:
    """However it was passed, through a proxy with and without a tracer; without the native twin when the call ends."""
    plain = given_up("not hooked")
    # What C code calls, it holds the arguments of.
    assert (plain["function"], plain["context"]) == ((1, 1), (0, 1))
    found = given_up(backend)
    if not HANDS_OVER:
        # Generators and coroutines are made by a call that is over when their first step runs. 3.11 has only
        # sys.settrace for these steps, and that keeps a dict of a frame's first locals.
        if backend == "none" or sys.version_info >= (3, 12):
            assert (found["generator"], found["coroutine"]) == ((1, 1), (1, 1))
        found, plain = ({name: dead for name, (_, dead) in each.items()} for each in (found, plain))
    assert found == plain


def given_up(backend: Any) -> dict[str, Any]:
    """Run `tests.lifetime.given_up`, imported anew."""
    name = "tests.lifetime.given_up"
    sys.modules.pop(name, None)
    with ExitStack() as stack, no_collection():
        stack.callback(sys.modules.pop, name)
        if backend != "not hooked":
            stack.enter_context(install_hook([name]))
        module = importlib.import_module(name)
        if backend in BACKENDS:
            stack.enter_context(FunctionTracer([name], backend=backend))
        outcomes: dict[str, Any] = module.outcomes()
    return outcomes


@pytest.mark.parametrize("name", [*NAMES, "deleted_inside"])
@pytest.mark.parametrize("backend", [way for way in WAYS if way != "proxy" and "+" not in way])
def test_no_object_outlives_the_lines_that_are_recorded(scenarios: Scenarios, backend: Any, name: str) -> None:
    """With the locals of each line recorded, all that dies in a plain run is dead at the end of the run."""
    log: list[str] = []
    tracer = FunctionTracer([MODULE], backend=backend, trace_lines=True, detail_level="verbose")
    with no_collection(), tracer:
        getattr(scenarios.plain, name)(log)
        if sys.version_info < (3, 13):
            gc.collect()  # a frame's dict of its locals may hold the exception that holds the frame
    assert sorted(log) == sorted(deaths(scenarios, name))
    assert any(event.event_type == "line" for event in tracer.events)
