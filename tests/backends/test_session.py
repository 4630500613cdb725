"""What is in force while a tracer records, and that all of it is taken down."""

from __future__ import annotations

import asyncio
import itertools
import sys
import threading
from collections.abc import Generator
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument.backends.base import FrameOptions
from snapy_instrument.backends.frames.settrace import settrace_backend
from snapy_instrument.backends.session import Run
from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import proxied
from snapy_instrument.recording.start_hooks import starts
from tests.conformance.harness import BACKENDS


def run() -> tuple[Run, Recorder]:
    """A run by settrace, not yet started."""
    recorder = Recorder(lambda site: False, Capture())
    return Run(recorder, "settrace", FrameOptions()), recorder


def in_force(recorder: Recorder) -> list[bool]:
    """What of a run is."""
    return [
        any(each is recorder for each in proxied.recorders),
        recorder in settrace_backend._users,
        recorder.key in starts._watchers,
        recorder._is_inside(),
    ]


def test_a_run_is_in_force_from_its_start_to_its_end() -> None:
    """The recorder listens to proxies, frames and starts; a second stop does nothing."""
    one, recorder = run()
    one.start()
    assert in_force(recorder) == [True] * 4
    assert one.choice is not None
    one.stop()
    one.stop()
    assert in_force(recorder) == [False] * 4


def test_an_interrupted_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """And reaches the program."""
    before, tracing = threading.Thread.__dict__["start"], sys.gettrace()
    one, recorder = run()

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(settrace_backend, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        one.start()
    assert in_force(recorder) == [False] * 4
    assert threading.Thread.__dict__["start"] is before
    assert sys.gettrace() is tracing


def test_an_interrupted_stop_takes_everything_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the exception is raised."""
    one, recorder = run()
    one.start()
    stop, interruptions = settrace_backend.stop, iter([KeyboardInterrupt()])

    def interrupted(recorder: Recorder) -> None:
        for each in interruptions:
            raise each
        stop(recorder)

    monkeypatch.setattr(settrace_backend, "stop", interrupted)
    with pytest.raises(KeyboardInterrupt):
        one.stop()
    assert in_force(recorder) == [False] * 4


@traced
def leaf(number: int) -> int:
    """Has a proxy."""
    more = number + 1
    return more + 0


def plain(number: int) -> int:
    """Has none."""
    more = leaf(number)
    return more + 0


@traced
def steps(count: int) -> Generator[int, None, None]:
    """Has a proxy, and its calls run in steps."""
    for number in range(count):
        found = plain(number)
        yield found


@traced
async def waits(number: int) -> int:
    """A coroutine with a proxy."""
    found = plain(number)
    return found + 0


def program() -> None:
    """Calls of each kind."""
    plain(1)
    list(steps(2))
    asyncio.run(waits(3))
    begun = steps(2)
    next(begun)
    begun.close()


def tracer_of(kind: tuple[str, bool]) -> FunctionTracer:
    """Make a tracer with this backend, with line events or without."""
    backend: Any = kind[0]
    options: dict[str, Any] = {"trace_lines": True, "detail_level": "verbose"} if kind[1] else {}
    return FunctionTracer([__name__, f"!{__name__}:program"], backend=backend, **options)


KINDS = [(backend, lines) for backend in BACKENDS for lines in (False, True) if not (lines and backend == "proxy")]


@pytest.mark.parametrize(("outer", "inner"), list(itertools.permutations(KINDS, 2)))
def test_tracers_of_different_kinds_see_each_what_it_sees_alone(outer: Any, inner: Any) -> None:
    """Proxies alone, a frame backend, and line events, at once: no event is lost, doubled or another tracer's."""
    # Active tracers share one frame backend: the text is the same whichever it is.
    alone = []
    for kind in (outer, inner):
        with tracer_of(kind) as tracer:
            program()
        alone.append(tracer.format_trace())
    first, second = tracer_of(outer), tracer_of(inner)
    with first, second:
        program()
    assert [first.format_trace(), second.format_trace()] == alone
