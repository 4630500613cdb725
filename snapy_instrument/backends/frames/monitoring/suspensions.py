"""Frames that can be suspended, from their first step to their end.

CPython throws an exception into the innermost of the generators or coroutines that await each other, and those further
out have no event until it has left that one. Whatever runs meanwhile is part of their calls, so they are resumed when
an exception is thrown in below them, and suspended again when the frame that runs yields. It may be a frame that
nobody records: then its code gets a local event for that yield.
"""

from __future__ import annotations

__all__ = ["Open", "Suspensions", "frame_id"]

from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import thread_flags
from snapy_instrument._threads import ThreadLocal
from snapy_instrument._twins import native_part, twinned
from snapy_instrument.backends.base import handed_out
from snapy_instrument.backends.frames.local_changes import LocalChanges
from snapy_instrument.backends.proxy.suspendable import SUSPENDS
from snapy_instrument.recording.sink import Sink

keep_builtins(globals())

frame_id: Callable[[FrameType], int] = native_part("frame_id") or id
"""A number that is this frame's alone while it runs or is suspended."""


@twinned
class Open:
    """A recorded frame that has not ended.

    Attributes:
        frame_id: The number of the frame; a frame is never kept.
        owns: The call is recorded by this frame and not by a proxy.
        gives_values: What the frame yields is a value of the program's, not a wish to wait.
        suspended: The frame has yielded and nothing has resumed it since.
    """

    __slots__ = ("call", "changes", "frame_id", "gives_values", "owns", "sink", "suspended")

    def __init__(self, frame_id: int, sink: Sink, call: Any, owns: bool, gives_values: bool) -> None:
        self.frame_id = frame_id
        self.sink = sink
        self.call = call
        self.owns = owns
        self.gives_values = gives_values
        self.suspended = False
        self.changes: LocalChanges | None = None


@dataclass
class Resumed:
    """Recorded frames that run because an exception was thrown into the innermost frame that they await.

    Attributes:
        frame_id: The frame whose next yield suspends them.
        frames: The nearest first.
    """

    frame_id: int
    frames: list[Open]


class ThreadFrames(ThreadLocal):
    """What is known of one thread: its open plain frames, innermost last, and what was resumed by a throw."""

    def __init__(self) -> None:
        self.open: list[Open] = []
        self.resumed: list[Resumed] = []
        self.flags = thread_flags()


class Suspensions:
    """The open frames that can be suspended.

    Attributes:
        frames: By number of the frame. The native twin reads and changes it.
    """

    def __init__(self, thread: ThreadFrames, watch_yields: Callable[[CodeType], None]) -> None:
        self.frames: dict[int, Open] = {}
        self._thread = thread
        self._watch_yields = watch_yields

    def begin(self, entry: Open) -> None:
        """A frame takes its first step."""
        before = self.frames.get(entry.frame_id)
        self.frames[entry.frame_id] = entry
        if before is not None:
            # Python 3.13 closes a generator that has no handler without an event; its memory is used again.
            before.sink.abandon(before.call)

    def end(self, frame: FrameType) -> Open | None:
        """Return what was open for a frame that ends."""
        return self.frames.pop(frame_id(frame), None)

    def resume(self, frame: FrameType) -> None:
        """A frame goes on."""
        entry = self.frames.get(frame_id(frame))
        if entry is not None and entry.suspended:
            self._resume(entry)

    def suspend(self, frame: FrameType, value: Any) -> None:
        """A frame yields ``value``, and with it all that were resumed because it runs."""
        number = frame_id(frame)
        entry = self.frames.get(number)
        if entry is not None and not entry.suspended:
            self._suspend(entry, value)
        resumed = self._thread.resumed
        if resumed and resumed[-1].frame_id == number:
            for each in resumed.pop().frames:
                if self._is_open(each):
                    self._suspend(each, value)

    def throw(self, code: CodeType, frame: FrameType) -> None:
        """An exception is thrown into a frame: what awaits it runs until it yields."""
        resumed = self._thread.resumed
        last = resumed[-1] if resumed else Resumed(0, [])
        nearest = last.frames[0].frame_id if last.frames else 0
        number = frame_id(frame)
        if self.take_over(frame):
            return
        found = []
        back = frame.f_back
        while back is not None and back.f_code.co_flags & SUSPENDS and frame_id(back) != last.frame_id:
            if frame_id(back) == nearest:
                last.frame_id = number
                self._watch_yields(code)
                break
            entry = self.frames.get(frame_id(back))
            if entry is not None and entry.suspended:
                found.append(entry)
            back = back.f_back
        if found:
            # The outermost first: each goes onto the stack of open calls on top of the one that awaits it.
            for each in reversed(found):
                self._resume(each)
            # Frames that were closed or dropped meanwhile have had no yield that would have taken their entry away.
            resumed[:] = [each for each in resumed if each.frames and self._is_open(each.frames[0])]
            resumed.append(Resumed(number, found))
            # Nobody records this frame, but its next yield suspends those that were resumed for it.
            self._watch_yields(code)

    def take_over(self, frame: FrameType) -> bool:
        """Return whether a frame goes on because the one that ran in its place has ended."""
        resumed, number = self._thread.resumed, frame_id(frame)
        if not resumed or not resumed[-1].frames or resumed[-1].frames[0].frame_id != number:
            return False
        resumed[-1].frames.pop(0)
        resumed[-1].frame_id = number
        return True

    def _is_open(self, entry: Open) -> bool:
        return not entry.suspended and self.frames.get(entry.frame_id) is entry

    def _resume(self, entry: Open) -> None:
        entry.suspended = False
        entry.sink.resume(entry.call, None)

    def _suspend(self, entry: Open, value: Any) -> None:
        entry.suspended = True
        entry.sink.suspend(entry.call, handed_out(entry.gives_values, value))
