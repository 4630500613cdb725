"""What is in force while a tracer records, and that all of it is taken down."""

from __future__ import annotations

import sys
import threading

import pytest

from snapy_instrument.backends.base import FrameOptions
from snapy_instrument.backends.frames.settrace import settrace_backend
from snapy_instrument.backends.session import Run
from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import proxied
from snapy_instrument.recording.start_hooks import starts


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
