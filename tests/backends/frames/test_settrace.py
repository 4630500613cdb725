"""The settrace backend, beside whoever had the slot before."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any

from snapy_instrument import FunctionTracer
from snapy_instrument.backends.frames.settrace import SettraceBackend, settrace_backend

PATTERNS = [f"{__name__}:leaf"]


def leaf(number: int) -> int:
    """What is recorded."""
    return number


def test_the_slot_is_empty_again_after_the_block() -> None:
    """And the backend runs no more."""
    before = sys.gettrace()
    with FunctionTracer(PATTERNS, backend="settrace"):
        assert settrace_backend.running
        assert sys.gettrace() is not before
    assert sys.gettrace() is before
    assert not settrace_backend.running


def test_it_can_always_start() -> None:
    """An earlier trace function is chained."""
    assert settrace_backend.unavailable() is None


def test_an_earlier_trace_function_sees_the_calls_too() -> None:
    """It is back afterwards."""
    seen: list[str] = []

    def theirs(frame: FrameType, event: str, arg: Any) -> None:
        seen.append(frame.f_code.co_name)

    before = sys.gettrace()
    sys.settrace(theirs)
    try:
        with FunctionTracer(PATTERNS, backend="settrace") as tracer:
            leaf(1)
        assert sys.gettrace() is theirs
    finally:
        sys.settrace(before)
    assert "leaf" in seen
    assert [event.function_name for event in tracer.events] == ["leaf", "leaf"]


def test_the_trace_function_of_new_threads_is_put_back() -> None:
    """The one that `threading.settrace` was given before."""
    before = threading.gettrace()
    with FunctionTracer(PATTERNS, backend="settrace"):
        assert threading.gettrace() is not before
    assert threading.gettrace() is before


def test_a_tool_that_takes_the_slot_is_named_in_the_trace() -> None:
    """Later frames are missing, and the trace says so."""
    before = sys.gettrace()
    with FunctionTracer(PATTERNS, backend="settrace") as tracer:
        leaf(1)
        sys.settrace(None)
        leaf(2)
    sys.settrace(before)
    assert "another tool took sys.settrace inside the block" in tracer.format_trace()


def test_a_trace_function_set_by_hand_installs_nothing() -> None:
    """Neither this thread nor later ones get another trace function than the one that was set."""
    for _ in range(2):
        before, threads = sys.gettrace(), threading.gettrace()
        tracer = FunctionTracer()
        trace_function = tracer.trace_function
        try:
            sys.settrace(trace_function)
            tracer.get_events()
            found = sys.gettrace()
        finally:
            sys.settrace(before)
        assert found == trace_function
        assert threading.gettrace() is threads
        with FunctionTracer(backend="settrace"):
            pass


def test_an_error_of_ours_after_the_recording_has_ended_does_not_reach_the_program() -> None:
    """A thread may be in the trace function while the last tracer stops in another: nobody is left to withdraw."""
    backend = SettraceBackend()
    backend._plans = Broken()
    assert backend.trace_function(sys._getframe(), "call", None) is None


class Broken(dict[int, Any]):
    """A table that fails."""

    def get(self, *key: Any) -> Any:
        """Raise."""
        raise KeyError(*key)
