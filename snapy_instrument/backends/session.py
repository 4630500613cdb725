"""One recording from its start to its end, in steps that may be done twice.

A program can be interrupted at any line of ours (a KeyboardInterrupt, a MemoryError). A start that was interrupted is
undone, a stop that was interrupted is done again; what even that leaves is done by whoever starts or stops next.
"""

from __future__ import annotations

__all__ = ["Run"]

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.base import FrameOptions
from snapy_instrument.backends.choose import Choice, choose_backend
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import changing, proxied
from snapy_instrument.recording.start_hooks import starts

keep_builtins(globals())


class Run:
    """What is in force while ``recorder`` records, outside of it.

    Attributes:
        choice: The frame backend and why, None before the start.
    """

    def __init__(self, recorder: Recorder, backend: str, options: FrameOptions) -> None:
        self.choice: Choice | None = None
        self._recorder = recorder
        self._backend = backend
        self._options = options

    def start(self) -> None:
        """Record from now on, or if that is interrupted, do not."""
        with changing.lock:
            _complete()
            _half_done.append(self)
            try:
                self._take()
                _half_done.remove(self)
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Record no more. A second call does nothing."""
        with changing.lock:
            if self not in _half_done:
                _half_done.append(self)
            try:
                self._give_back()
            except BaseException:
                self._give_back()
                raise

    def _take(self) -> None:
        recorder = self._recorder
        recorder.enter_block()
        starts.watch(recorder.key)
        proxied.add(recorder)
        self.choice = choose_backend(self._backend)
        if self.choice.backend is not None:
            self.choice.backend.start(recorder, self._options)

    def _give_back(self) -> None:
        recorder = self._recorder
        if self.choice is not None and self.choice.backend is not None:
            self.choice.backend.stop(recorder)
        proxied.remove(recorder)
        starts.unwatch(recorder.key)
        recorder.leave_block()
        while self in _half_done:
            _half_done.remove(self)


# Runs that an interruption left on their way in or out; those that go that way now hold the lock.
_half_done: list[Run] = []


def _complete() -> None:
    for run in _half_done[:]:
        run.stop()
