"""One recording from its start to its end: what is in force while a tracer records."""

from __future__ import annotations

__all__ = ["Run"]

from collections.abc import Callable

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.base import Backend, FrameOptions
from snapy_instrument.backends.choose import Choice, choose_backend, record_steps
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import changing, proxied
from snapy_instrument.recording.start_hooks import starts

keep_builtins(globals())


class Run:
    """What is in force while ``recorder`` records, outside of it.

    A program can be interrupted at any line of ours (a KeyboardInterrupt, a MemoryError). How each step is undone is
    known before the step is taken, and undoing a step that was taken half or not at all does no harm.

    Attributes:
        choice: The frame backend and why, None before the start.
    """

    def __init__(self, recorder: Recorder, backend: Backend, options: FrameOptions) -> None:
        self.choice: Choice | None = None
        self._recorder = recorder
        self._backend = backend
        self._options = options
        # Not an ExitStack: that forgets a step before it takes it, and one interrupted in between would stay for good.
        self._undo: list[Callable[[], None]] = []

    def start(self) -> None:
        """Record from now on; where that is interrupted, take back what was done and raise."""
        recorder = self._recorder
        with changing.lock:
            try:
                self._undo.append(recorder.leave_block)
                recorder.enter_block()
                self._undo.append(lambda: starts.unwatch(recorder.key))
                # Before proxies report to it: a thread that the first recorded call starts is seen.
                starts.watch(recorder.key)
                self._undo.append(record_steps)
                self._undo.append(lambda: proxied.remove(recorder))
                # Until its frame backend says otherwise: line events of another tracer's are not for this one.
                recorder.want_lines(False, False)
                proxied.add(recorder)
                self.choice = choose_backend(self._backend)
                backend = self.choice.backend
                if backend is not None:
                    self._undo.append(lambda: backend.stop(recorder))
                    backend.start(recorder, self._options)
                record_steps()
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Record no more; interrupted, take everything down all the same and raise. A second call does nothing."""
        with changing.lock:
            try:
                self._take_down()
            except BaseException:
                self._take_down()
                raise

    def _take_down(self) -> None:
        while self._undo:
            # Called, then taken off: interrupted in between it is called once more, which does no harm.
            self._undo[-1]()
            self._undo.pop()
