"""Random programs against their own account: the recorded tree is the executed tree, under every backend."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument import FunctionTracer, Trace, TraceValidator, install_hook
from tests.recording import machine as plain
from tests.recording.machine import RECORDED, UNFINISHED, USES, Node

MODULE = plain.__name__
FRAMES: list[Any] = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
WAYS: list[Any] = ["proxy", *FRAMES, *(f"{name}+hook" for name in FRAMES)]
PATTERNS = [f"{MODULE}:{prefix}{name}" for name in sorted(RECORDED) for prefix in ("", "Box.")]


def node_of(inside: st.SearchStrategy[tuple[Node, ...]]) -> st.SearchStrategy[Node]:
    """A node with others inside."""
    names = st.sampled_from(sorted(USES))
    return names.flatmap(
        lambda name: st.builds(Node, st.just(name), st.sampled_from(USES[name]), st.integers(0, 3), inside)
    )


nodes: st.SearchStrategy[Node] = st.recursive(
    node_of(st.just(())), lambda inner: node_of(st.lists(inner, max_size=4).map(tuple)), max_leaves=12
)
programs = st.lists(nodes, min_size=1, max_size=4)


@pytest.fixture(scope="module")
def hooked() -> Iterator[ModuleType]:
    """The machine with proxies."""
    before = sys.modules.pop(MODULE)
    with install_hook([MODULE]):
        yield importlib.import_module(MODULE)
    sys.modules[MODULE] = before


def recorded(call: Any) -> tuple[Any, ...]:
    """Return name, number, outcome and children of a call."""
    event = call.returned
    outcome: tuple[Any, ...] = ("returned", event.return_value)
    if event.exception is not None:
        name, text = event.exception
        outcome = ("raised", name, "" if name == "ExceptionGroup" else text)
    elif not event.finished:
        outcome = UNFINISHED
    return call.call.function_name, call.call.args["number"], outcome, [recorded(child) for child in call.children]


@pytest.mark.parametrize(("way", "loop"), [(way, loop) for way in WAYS for loop in (False, True)])
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@settings(max_examples=25, derandomize=True)
@given(program=programs)
def test_the_recorded_tree_is_the_executed_tree(hooked: ModuleType, way: Any, loop: bool, program: list[Node]) -> None:
    """Calls, exceptions, generators, coroutines, tasks and threads are recorded as the program itself counts them."""
    machine = hooked if way == "proxy" or "+" in way else plain
    tracer = FunctionTracer(PATTERNS, backend=way.partition("+")[0])
    with tracer:
        account = machine.execute(program, loop=loop)
    machine.KEPT.clear()
    assert [recorded(call) for call in Trace(tracer.events).roots] == [account]
    assert TraceValidator().problems(tracer.events) == []
