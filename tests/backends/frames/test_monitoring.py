"""The monitoring backend beside other users of `sys.monitoring` (on Python 3.11: that it says it cannot start)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType
from typing import Any

import pytest

from snapy_instrument import FunctionTracer
from snapy_instrument.backends.frames.monitoring.tool import monitoring_backend

HERE = [__name__]
monitoring: Any = getattr(sys, "monitoring", None)

if monitoring is None:
    REASON = monitoring_backend.unavailable()

    def test_it_says_why_it_cannot_start() -> None:
        """Before Python 3.12 there is no sys.monitoring."""
        assert REASON == "sys.monitoring came with Python 3.12"

else:

    def leaf(number: int) -> int:
        """A function to trace."""
        return number

    def other(number: int) -> int:
        """A function not to trace."""
        return number

    @contextmanager
    def tool(number: int) -> Iterator[None]:
        """Hold a tool id."""
        monitoring.use_tool_id(number, f"tool {number}")
        try:
            yield
        finally:
            monitoring.set_events(number, 0)
            monitoring.free_tool_id(number)

    def tools() -> list[Any]:
        """Who holds which tool id."""
        return [monitoring.get_tool(number) for number in range(6)]

    def test_it_takes_a_free_tool_id_and_gives_it_back() -> None:
        """During the block one id is ours, afterwards all are as before."""
        before = tools()
        with FunctionTracer(HERE, backend="monitoring"):
            assert tools().count("snapy_instrument") == 1
        assert tools() == before

    def test_it_takes_another_id_where_one_is_taken() -> None:
        """The first free one is used."""
        with tool(4), tool(3), FunctionTracer(HERE, backend="monitoring") as tracer:
            leaf(1)
        assert len(tracer.trace) == 1

    def test_without_a_free_id_it_says_so_and_auto_falls_back() -> None:
        """The refusal names who holds the ids; auto takes settrace for that reason."""
        with ExitStack() as stack:
            for number in range(6):
                if monitoring.get_tool(number) is None:
                    stack.enter_context(tool(number))
            with pytest.raises(ValueError, match=r"every tool id of sys.monitoring is taken \(.*tool 4"):
                FunctionTracer(HERE, backend="monitoring")
            with FunctionTracer(HERE) as tracer:
                leaf(1)
        assert tracer.backend_choice is not None
        assert tracer.backend_choice.reason.startswith("settrace, because monitoring cannot start: every tool id")
        assert [event.backend for event in tracer.trace] == ["settrace"]

    def test_unwanted_code_is_disabled_and_woken_for_the_next_tracer() -> None:
        """What one tracer did not want, the next one gets."""
        with FunctionTracer([f"{__name__}:leaf"], backend="monitoring") as first:
            leaf(1), other(1)
        with FunctionTracer([f"{__name__}:other"], backend="monitoring") as second:
            leaf(2), other(2)
        with FunctionTracer([f"{__name__}:leaf"], backend="monitoring") as third:
            leaf(3), other(3)
        names = [[event.function_name for event in tracer.trace] for tracer in (first, second, third)]
        assert names == [["leaf"], ["other"], ["leaf"]]

    def test_a_tracer_that_starts_inside_another_wakes_what_it_wants() -> None:
        """Code disabled for the outer tracer is seen by the inner one."""
        with FunctionTracer([f"{__name__}:leaf"], backend="monitoring") as outer:
            other(1)
            with FunctionTracer([f"{__name__}:other"], backend="monitoring") as inner:
                other(2), leaf(2)
        assert [event.function_name for event in outer.trace] == ["leaf"]
        assert [event.function_name for event in inner.trace] == ["other"]

    def test_another_tool_s_disabled_places_stay_disabled() -> None:
        """Starting and stopping tracers wakes nothing that another tool switched off."""
        seen: list[str] = []

        def callback(code: CodeType, offset: int) -> Any:
            if code in (leaf.__code__, other.__code__):
                seen.append(code.co_name)
            return monitoring.DISABLE

        with tool(3):
            monitoring.register_callback(3, monitoring.events.PY_START, callback)
            monitoring.set_events(3, monitoring.events.PY_START)
            leaf(1)
            for patterns in (HERE, [f"{__name__}:other"], HERE):
                with FunctionTracer(patterns, backend="monitoring"):
                    leaf(2)
            monitoring.register_callback(3, monitoring.events.PY_START, None)
        assert seen == ["leaf"]

    def test_an_error_of_ours_never_reaches_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
        """A recorder that fails inside a callback loses the event, not the call."""

        def broken(*args: Any) -> Any:
            raise RuntimeError("ours")

        with FunctionTracer(HERE, backend="monitoring") as tracer:
            monkeypatch.setattr(tracer._recorder, "enter", broken)
            assert leaf(5) == 5
        assert len(tracer.trace) == 0
