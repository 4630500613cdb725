"""Greenlets: gevent, eventlet and another tool's `greenlet.settrace` work beside a tracer, and calls nest truly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import greenlet  # type: ignore[import-untyped]
import pytest

from snapy_instrument import FunctionTracer

BACKENDS = ["proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]

# Of both libraries: what runs, and the ways to start it that have the same spelling.
COMMON = """
import threading, time

def leaf(n):
    return n

def worker(n):
    leaf(n)
    time.sleep(0.001)
    return leaf(n * 10)

def in_pool(pool):
    return pool.spawn(worker, 2)

def in_thread():
    thread = threading.Thread(target=worker, args=(3,))
    thread.start()
    return thread
"""
GEVENT = """
import gevent
from gevent.pool import Pool

def spawn():
    return gevent.spawn(worker, 1)

def by_class():
    started = gevent.Greenlet(worker, 4)
    started.start()
    gevent.sleep(0)
    return started

def main():
    started = [spawn(), in_pool(Pool(2)), by_class()]
    in_thread().join()
    gevent.joinall(started)
"""
EVENTLET = """
import eventlet
from eventlet import spawn as spawn_it

def spawn():
    return spawn_it(worker, 1)

def by_class():
    return eventlet.spawn_after(0.001, worker, 4)

def main():
    started = [spawn(), in_pool(eventlet.GreenPool()), by_class()]
    in_thread().join()
    for each in started:
        each.wait()
"""
DRIVER = """
import sys, warnings
warnings.simplefilter("ignore")
backend, first = sys.argv[1:]
def patch():
    {patch}
if first == "patched first":
    patch()
import snapy_instrument
if first != "patched first":
    patch()
if backend == "proxy":
    snapy_instrument.install_hook(["app"])
with snapy_instrument.FunctionTracer(["app"], backend=backend) as tracer:
    import app
    app.main()
assert snapy_instrument.TraceValidator().problems(tracer.events) == []
print(tracer.format_trace())
"""
LIBRARIES = {
    "gevent": (GEVENT, "from gevent import monkey; monkey.patch_all()"),
    "eventlet": (EVENTLET, "import eventlet; eventlet.monkey_patch()"),
}


def parents(text: str) -> dict[str, str]:
    """Return the caller of each ``worker``, by its argument, as indentation shows it."""
    found: dict[str, str] = {}
    open_calls: list[str] = []
    for line in text.splitlines()[1:]:
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.strip().removeprefix("app.").partition("(")
        del open_calls[depth:]
        if name[0] == "worker":
            found[name[2].partition(")")[0]] = open_calls[-1]
        open_calls.append(name[0])
    return found


@pytest.mark.parametrize("first", ["patched first", "imported first"])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_monkeypatched_program_is_recorded(tmp_path: Path, library: str, backend: str, first: str) -> None:
    """Every worker is a child of the call that started it and has its result, whoever was imported first."""
    source, patch = LIBRARIES[library]
    (tmp_path / "app.py").write_text(COMMON + source)
    (tmp_path / "driver.py").write_text(DRIVER.replace("{patch}", patch))
    done = subprocess.run(
        [sys.executable, "driver.py", backend, first],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    expected = {"n=1": "spawn", "n=2": "in_pool", "n=3": "in_thread", "n=4": "by_class"}
    assert parents(done.stdout) == expected, done.stdout
    assert "<unfinished>" not in done.stdout


def job(number: int) -> int:
    """A call in a greenlet."""
    return number


def work() -> int:
    """Start a greenlet."""
    result: int = greenlet.greenlet(job).switch(1)
    return result


@pytest.fixture
def tool() -> Any:
    """A trace function of another tool, which keeps what it saw."""
    seen: list[str] = []
    before = greenlet.gettrace()

    def trace(event: str, args: object) -> None:
        seen.append(event)

    yield trace, seen
    greenlet.settrace(before)


def nests(tracer: FunctionTracer) -> bool:
    """Whether the greenlet's call is a child of the one that started it."""
    return [[child.function_name for child in call.children] for call in tracer.trace.roots] == [["job"]]


def test_an_earlier_trace_function_sees_each_switch(tool: Any) -> None:
    """A tool that set `greenlet.settrace` first sees what it saw, and has its place back at the end."""
    trace, seen = tool
    greenlet.settrace(trace)
    with FunctionTracer([__name__]) as tracer:
        work()
    assert seen == ["switch", "switch"]
    assert greenlet.gettrace() is trace
    assert nests(tracer)


def test_a_later_trace_function_stays(tool: Any) -> None:
    """A tool that takes the place inside the block keeps it; the calls nest all the same."""
    trace, seen = tool
    with FunctionTracer([__name__]) as tracer:
        greenlet.settrace(trace)
        work()
    assert seen == ["switch", "switch"]
    assert greenlet.gettrace() is trace
    assert nests(tracer)


def test_a_later_trace_function_that_calls_ours_may_stay() -> None:
    """It is called after the end too, records nothing and passes the call on; the next tracer is seen by it."""
    before = greenlet.gettrace()
    try:
        with FunctionTracer([__name__]):
            ours = greenlet.gettrace()
            greenlet.settrace(lambda event, args: ours(event, args))
        assert work() == 1
        with FunctionTracer([__name__]) as tracer:
            work()
        assert nests(tracer)
    finally:
        greenlet.settrace(before)


def test_a_tracer_leaves_no_trace_function() -> None:
    """Without another tool there is none after the block."""
    with FunctionTracer([__name__]):
        work()
    assert greenlet.gettrace() is None
