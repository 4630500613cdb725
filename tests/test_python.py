"""What this Python does: each fact is observed in the Python that runs."""

from __future__ import annotations

import dis
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import snapy_instrument
from snapy_instrument import _python

PACKAGE = Path(snapy_instrument.__file__).parent


def traced_events(run: Callable[[], object]) -> list[tuple[str, str, int, Any]]:
    """Return event, function, instruction and value of all that `sys.settrace` reports while ``run`` runs."""
    seen: list[tuple[str, str, int, Any]] = []

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        code = frame.f_code
        seen.append((event, code.co_name, code.co_code[frame.f_lasti], arg))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return seen


def test_monitoring_is_the_module_or_none() -> None:
    """`sys.monitoring` came with Python 3.12."""
    assert _python.monitoring is getattr(sys, "monitoring", None)
    assert (_python.monitoring is None) == (sys.version_info < (3, 12))


def test_whether_frames_keep_their_locals() -> None:
    """Before 3.13 the second access gives the dict of the first."""
    frame = sys._getframe()
    assert (frame.f_locals is frame.f_locals) == _python.FRAMES_KEEP_LOCALS


def test_whether_a_generator_is_skipped_where_an_exception_is_thrown_into_the_inner_one() -> None:
    """The inner generator ends by what was thrown in; the outer one goes on with or without a ``call`` event."""

    def inner() -> Iterator[int]:
        try:
            yield 1
        except KeyError:
            return

    def outer() -> Iterator[int]:
        yield from inner()
        yield 2

    suspended: Any = outer()
    next(suspended)
    events = [each[:2] for each in traced_events(lambda: suspended.throw(KeyError))]
    assert ("call", "inner") in events
    assert (("call", "outer") not in events) == _python.THROWN_INTO_SKIPS_CALLERS


def test_a_frame_that_returns_is_at_a_return() -> None:
    """Of a constant and of a value."""

    def constant() -> int:
        return 5

    def value(given: list[int]) -> list[int]:
        return given

    for run in (constant, lambda: value([])):
        ends = [instruction for event, _, instruction, _ in traced_events(run) if event == "return"]
        assert ends
        assert set(ends) <= _python.RETURNS


def test_a_frame_that_yields_is_at_a_yield() -> None:
    """And one that returns is not."""

    def numbers() -> Iterator[int]:
        yield 3

    ends = [each[2:] for each in traced_events(lambda: list(numbers())) if each[:2] == ("return", "numbers")]
    assert [(instruction in _python.YIELDS, value) for instruction, value in ends] == [(True, 3), (False, None)]


def test_a_generator_starts_at_a_resume_with_the_argument_zero() -> None:
    """The ``call`` event of its first step is there; later ones have another argument or instruction."""

    def numbers() -> Iterator[int]:
        yield 3
        yield 4

    code = numbers.__code__.co_code
    starts = [at for at in range(0, len(code), 2) if code[at] == _python.RESUME and code[at + 1] & 3 == 0]
    assert len(starts) == 1
    events = [each[:3] for each in traced_events(lambda: next(numbers())) if each[1] == "numbers"]
    assert events[0] == ("call", "numbers", _python.RESUME)


def test_only_an_except_star_matches_groups() -> None:
    """The instruction is in the code of a function that has one, and in no other's."""
    source = "def f():\n    try:\n        g()\n    except{} ValueError:\n        pass\n"
    for star, found in (("*", True), ("", False)):
        namespace: dict[str, Any] = {}
        exec(source.format(star), namespace)
        assert (_python.MATCHES_GROUP in namespace["f"].__code__.co_code[::2]) == found
    assert dis.opname[_python.MATCHES_GROUP] == "CHECK_EG_MATCH"


def test_an_async_generator_yields_its_items_wrapped() -> None:
    """The frame's value is of the private type, the program's is not."""

    async def numbers() -> AsyncIterator[int]:
        yield 3

    def step() -> None:
        items: Any = numbers()
        with pytest.raises(StopIteration) as stopped:
            items.__anext__().send(None)
        assert stopped.value.value == 3

    values = [value for event, name, _, value in traced_events(step) if (event, name) == ("return", "numbers")]
    assert type(values[0]) is _python.ASYNC_ITEM


def test_processes_fork_where_the_system_can() -> None:
    """`os.fork` and the hooks for it exist together."""
    assert hasattr(os, "fork") == _python.FORKS


def test_a_sub_interpreter_is_not_the_main_one() -> None:
    """Asked in both; the module itself needs nothing that a sub-interpreter refuses."""
    assert _python.in_main_interpreter()
    code = (
        "try:\n    import _interpreters as interpreters\nexcept ImportError:\n"
        "    import _xxsubinterpreters as interpreters\n"
        "sub = interpreters.create()\n"
        f"interpreters.run_string(sub, '''import sys, types\nsource = open({_python.__file__!r}).read()\n"
        'module = types.ModuleType("facts")\nexec(source, vars(module))\n'
        "print(module.in_main_interpreter(), flush=True)''')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n", done.stderr


def test_versions_are_asked_for_in_one_place() -> None:
    """No other module compares the version, looks up an instruction or asks for `sys.monitoring`."""
    asks = re.compile(
        r"version_info|hexversion|dis\.op|\bsys\.monitoring\.\w+\(|hasattr\((?:sys|os|dis|gc|threading|types),"
    )
    found = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if asks.search(path.read_text("utf-8"))
    }
    assert found == {"_python.py"}
