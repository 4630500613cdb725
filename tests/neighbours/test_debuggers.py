"""Debuggers, profilers and other trace functions keep working before, around and inside a traced block."""

from __future__ import annotations

import cProfile
import pstats
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument import FunctionTracer

BACKENDS: list[Any] = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
SCRIPT = """
import sys
from snapy_instrument import FunctionTracer

def inner(number):
    result = number * 2
    {stop}
    return result

def outer(number):
    return inner(number) + inner(number + 1)

with FunctionTracer(["__main__"], backend={backend!r}) as tracer:
    print("result", outer(20))
print(tracer.format_trace())
"""
TEXT = """\
trace v1 standard
__main__.outer(number=20)
  __main__.inner(number=20) -> 40
  __main__.inner(number=21) -> 42
  -> 82"""


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each frame backend of this Python."""
    name: str = request.param
    return name


def converse(tmp_path: Path, backend: Any, *options: str, stop: str = "pass", commands: str) -> str:
    """Run the script and talk to its debugger; gives all that was printed."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(backend=backend, stop=stop), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, *options, str(script)],
        input=commands,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_debugger_around_the_block_stops_and_looks(tmp_path: Path, backend: Any) -> None:
    """pdb's breakpoint in traced code stops there with the right locals, and the trace is whole."""
    output = converse(
        tmp_path, backend, "-m", "pdb", commands="b 7\nc\np ('local', result)\nc\np ('local', result)\nc\nq\n"
    )
    assert "('local', 40)" in output
    assert "('local', 42)" in output
    assert TEXT in output


def test_a_breakpoint_inside_a_traced_call_works(tmp_path: Path, backend: Any) -> None:
    """breakpoint() in a traced function stops; stepping on and continuing end the program as usual."""
    output = converse(
        tmp_path, backend, stop="breakpoint()", commands="p ('local', number)\nn\nc\np ('local', number)\nc\n"
    )
    assert "('local', 20)" in output
    assert "('local', 21)" in output
    assert "result 82" in output
    if backend == "monitoring":
        assert TEXT in output
    elif sys.version_info < (3, 14):
        assert "[another tool took sys.settrace" in output
    # From 3.14 on pdb takes no slot, only the trace functions of the frames it stops in; nothing reports that.


def leaf(number: int) -> int:
    """A function to trace."""
    return number + 1


def branch(number: int) -> int:
    """A function that calls it."""
    return leaf(number) + leaf(number)


@pytest.mark.parametrize("first", ["profile", "tracer"])
def test_a_profiler_counts_the_same_calls(backend: Any, first: str) -> None:
    """cProfile, started before the block or inside it, counts each function as often as without us."""
    tracer, profile = FunctionTracer([__name__], backend=backend), cProfile.Profile()
    managers: list[Any] = [profile, tracer] if first == "profile" else [tracer, profile]
    with managers[0], managers[1]:
        branch(1)
    counted = {key[2]: value[1] for key, value in pstats.Stats(profile).stats.items()}  # type: ignore[attr-defined]
    assert (counted["branch"], counted["leaf"]) == (1, 2)
    assert [event.function_name for event in tracer.trace] == ["branch", "leaf", "leaf"]


def test_a_profile_function_sees_what_it_saw(backend: Any) -> None:
    """A sys.setprofile user gets the call and return events of traced functions as without us."""
    seen: list[tuple[str, str]] = []

    def profile(frame: Any, event: str, arg: Any) -> None:
        if frame.f_code in (leaf.__code__, branch.__code__) and event in ("call", "return"):
            seen.append((event, frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        with FunctionTracer([__name__], backend=backend) as tracer:
            branch(1)
    finally:
        sys.setprofile(before)
    leaves = [("call", "leaf"), ("return", "leaf")]
    assert seen == [("call", "branch"), *leaves, *leaves, ("return", "branch")]
    assert len(tracer.trace) == 3


@pytest.fixture
def other() -> Iterator[tuple[Callable[..., Any], list[str]]]:
    """A trace function of somebody else's, and the events of `leaf` it saw."""
    seen: list[str] = []

    def trace(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_code is leaf.__code__:
            seen.append(event)
        return trace

    before = sys.gettrace()
    yield trace, seen
    sys.settrace(before)


def test_a_trace_function_set_inside_the_block_works(backend: Any, other: tuple[Any, list[str]]) -> None:
    """It sees its events; what it puts back is ours, and recording goes on."""
    trace, seen = other
    with FunctionTracer([__name__], backend=backend) as tracer:
        leaf(1)
        before = sys.gettrace()
        sys.settrace(trace)
        leaf(2)
        sys.settrace(before)
        leaf(3)
    assert seen == ["call", "line", "return"]
    numbers = [event.args["number"] for event in tracer.trace]
    assert numbers == ([1, 2, 3] if backend == "monitoring" else [1, 3])


def test_a_trace_function_left_in_place_stays(backend: Any, other: tuple[Any, list[str]]) -> None:
    """One that was set inside the block and not taken back is still there after it."""
    trace, _ = other
    with FunctionTracer([__name__], backend=backend):
        sys.settrace(trace)
    assert sys.gettrace() is trace


def test_an_exception_of_an_earlier_trace_function_is_the_program_s(backend: Any) -> None:
    """What a trace function from before raises reaches the program, as without us (that is how pdb quits)."""

    def trace(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_code is leaf.__code__:
            raise LookupError("quit")
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with FunctionTracer([__name__], backend=backend), pytest.raises(LookupError, match="quit"):
            leaf(1)
    finally:
        sys.settrace(before)
