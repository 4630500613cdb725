"""Frames that can be suspended, from their first step to their end."""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any, cast

from snapy_instrument.backends.frames.monitoring.suspensions import Open, Suspensions, ThreadFrames, frame_id
from snapy_instrument.recording.sink import Sink


class Noting:
    """A sink that notes what is reported to it."""

    def __init__(self) -> None:
        self.notes: list[tuple[Any, ...]] = []

    def resume(self, call: Any, value: Any) -> None:
        """Note it."""
        self.notes.append(("resume", call))

    def suspend(self, call: Any, value: Any) -> None:
        """Note it."""
        self.notes.append(("suspend", call, value))

    def abandon(self, call: Any) -> None:
        """Note it."""
        self.notes.append(("abandon", call))


def made(watched: list[CodeType]) -> tuple[Suspensions, Noting]:
    """The frames of a thread that has none open, and a sink."""
    return Suspensions(ThreadFrames(), watched.append), Noting()


def test_a_frame_is_suspended_and_resumed() -> None:
    """Once each: a second resumption is no event."""
    frames, sink = made([])
    frame = sys._getframe()
    frames.begin(Open(frame_id(frame), cast("Sink", sink), "call", True, True))
    frames.suspend(frame, 5)
    frames.suspend(frame, 6)
    frames.resume(frame)
    frames.resume(frame)
    assert sink.notes == [("suspend", "call", 5), ("resume", "call")]


def test_a_frame_ends_once() -> None:
    """Afterwards it is not known."""
    frames, sink = made([])
    frame = sys._getframe()
    entry = Open(frame_id(frame), cast("Sink", sink), "call", True, True)
    frames.begin(entry)
    assert frames.end(frame) is entry
    assert frames.end(frame) is None


def test_a_number_that_is_used_again_abandons_the_frame_before() -> None:
    """Python 3.13 closes a generator that has no handler without an event."""
    frames, sink = made([])
    number = frame_id(sys._getframe())
    frames.begin(Open(number, cast("Sink", sink), "first", True, True))
    frames.begin(Open(number, cast("Sink", sink), "second", True, True))
    assert sink.notes == [("abandon", "first")]


def test_a_frame_that_nobody_records_has_no_steps() -> None:
    """It is in no table."""
    frames, sink = made([])
    frames.suspend(sys._getframe(), 5)
    frames.resume(sys._getframe())
    assert sink.notes == []


def test_a_throw_resumes_what_awaits_the_frame_until_it_yields() -> None:
    """The yields of its code are watched from then on."""
    watched: list[CodeType] = []
    frames, sink = made(watched)

    def inner() -> Any:
        frame = sys._getframe()
        frames.throw(frame.f_code, frame)
        frames.suspend(frame, 7)
        yield 1

    def outer() -> Any:
        frame = sys._getframe()
        frames.begin(Open(frame_id(frame), cast("Sink", sink), "outer", True, True))
        frames.suspend(frame, 0)
        yield from inner()

    next(outer())
    assert sink.notes == [("suspend", "outer", 0), ("resume", "outer"), ("suspend", "outer", 7)]
    assert [code.co_name for code in watched] == ["inner"]
