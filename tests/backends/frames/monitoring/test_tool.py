"""Who holds a tool id of `sys.monitoring`."""

from __future__ import annotations

import sys

import pytest

from snapy_instrument import FunctionTracer
from snapy_instrument.backends.frames.monitoring.tool import monitoring_backend

before_monitoring = pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python has sys.monitoring")


def leaf(number: int) -> int:
    """What is recorded."""
    return number


def tools() -> list[str | None]:
    """Return who holds each tool id."""
    if sys.version_info >= (3, 12):
        return [sys.monitoring.get_tool(number) for number in range(6)]
    return []


@before_monitoring
def test_it_cannot_start_without_sys_monitoring() -> None:
    """And says why."""
    assert monitoring_backend.unavailable() == "sys.monitoring came with Python 3.12"


if sys.version_info >= (3, 12):

    def test_a_tool_id_is_held_for_the_block_alone() -> None:
        """The one it took is free again."""
        before = tools()
        with FunctionTracer([f"{__name__}:leaf"], backend="monitoring"):
            assert tools().count("snapy_instrument") == 1
            assert monitoring_backend.running
        assert tools() == before

    def test_it_names_those_who_hold_every_tool_id() -> None:
        """A user can then end one of them."""
        taken = [number for number in range(6) if sys.monitoring.get_tool(number) is None]
        for number in taken:
            sys.monitoring.use_tool_id(number, "a neighbour")
        try:
            assert monitoring_backend.unavailable() == "every tool id of sys.monitoring is taken (a neighbour)"
        finally:
            for number in taken:
                sys.monitoring.free_tool_id(number)

    def test_code_disabled_for_one_tracer_is_recorded_by_the_next() -> None:
        """Disabling outlasts a tool id."""
        with FunctionTracer(["nothing"], backend="monitoring"):
            leaf(1)
        with FunctionTracer([f"{__name__}:leaf"], backend="monitoring") as tracer:
            leaf(2)
        assert [event.function_name for event in tracer.events] == ["leaf", "leaf"]
