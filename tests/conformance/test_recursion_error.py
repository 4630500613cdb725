"""Calls after a caught RecursionError are recorded."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument.backends.frames import settrace
from tests.conformance.harness import BACKENDS

PATTERNS = [__name__, f"!{__name__}:dive", f"!{__name__}:test_*"]
EXPECTED = """\
trace v1 standard
tests.conformance.test_recursion_error.attempt()
  tests.conformance.test_recursion_error.note(text='too deep') -> 'too deep'
  -> 'too deep'
tests.conformance.test_recursion_error.note(text='after') -> 'after'"""


def dive(depth: int) -> int:
    """Recurse without end; the depth depends on the stack below, so it is not recorded."""
    return dive(depth + 1) + 1


@traced
def attempt() -> str:
    """Reach the recursion limit and go on."""
    try:
        dive(0)
    except RecursionError:
        pass
    return note("too deep")


@traced
def note(text: str) -> str:
    """Return the text: a call after the error."""
    return text


@pytest.mark.parametrize("backend", BACKENDS)
def test_proxied_calls_are_recorded_afterwards(backend: Any) -> None:
    """Proxies go on, next to any frame backend."""
    with FunctionTracer(PATTERNS, backend=backend) as tracer:
        attempt()
        note("after")
    lines = tracer.format_trace().splitlines()
    assert "\n".join(line for line in lines if not line.startswith("[")) == EXPECTED


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "proxy"])
def test_frames_go_on_unless_the_trace_function_is_python(backend: Any) -> None:
    """Python removes a Python trace function that meets the recursion limit; one in C stays."""
    attempt_of_frames, note_of_frames = attempt.__wrapped__, note.__wrapped__  # type: ignore[attr-defined]
    with FunctionTracer(PATTERNS, backend=backend) as tracer:
        attempt_of_frames()
        note_of_frames("after")
    text = tracer.format_trace()
    if backend == "monitoring" or settrace._TraceFunction is not None:
        assert text == EXPECTED
    else:
        assert text.splitlines()[-1].endswith("or a RecursionError ended it: later frames are missing]")
