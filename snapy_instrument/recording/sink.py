"""Which recorders are active now, and one sink that stands for all of them.

`Recorder` and `Fanout` have the same methods, so a backend never asks how many tracers there are. The sink is
made anew when a tracer starts or stops; nothing is decided a call.
"""

from __future__ import annotations

__all__ = ["Fanout", "Sink", "SinkSlot", "changing", "proxied", "sink_of"]

import os
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import FORKS
from snapy_instrument._thread_flags import ThreadFlags, thread_flags
from snapy_instrument._twins import twinned
from snapy_instrument.recording.exceptions import traceback_of
from snapy_instrument.recording.recorder import AWAITING, Recorder
from snapy_instrument.recording.sites import Site

keep_builtins(globals())


class Sink(Protocol):
    """What backends report to. Tokens are opaque; None means the call is not recorded."""

    def enter(self, site: Site, values: Sequence[Any], backend: str, /) -> Any:
        """A call begins."""

    def leave(self, call: Any, result: Any, /) -> None:
        """It returns."""

    def describe(self, exception: BaseException, traceback: TracebackType | None, /) -> Any:
        """An exception as plain data, for `fail_as`; ``traceback`` begins with the frame it arrived in."""

    def fail(self, call: Any, exception: BaseException, /) -> None:
        """It is left by an exception."""

    def fail_as(self, call: Any, seen: Any, /) -> None:
        """It is left by an exception described before."""

    def amend(self, call: Any, seen: Any, /) -> None:
        """It was left by another exception than told, ``seen``, which has arrived in the calling frame."""

    def settle(self, call: Any, /) -> None:
        """Who reports it was interrupted: it ends here, unless it has ended or sleeps."""

    def suspend(self, call: Any, value: Any, /) -> None:
        """A generator or coroutine hands out a value and sleeps."""

    def resume(self, call: Any, value: Any, /) -> None:
        """It goes on, with a value sent in."""

    def abandon(self, call: Any, /) -> None:
        """It was closed before its end."""

    def line(self, call: Any, line_number: int, changes: Any, /) -> None:
        """One of its lines is about to run."""

    def captured(self, call: Any, name: str, value: Any, /) -> Any:
        """A local variable as plain data, for `line`."""


class Fanout:
    """Reports to several recorders; a token is a tuple of theirs."""

    def __init__(self, recorders: tuple[Recorder, ...]) -> None:
        self.recorders = recorders

    def enter(self, site: Site, values: Sequence[Any], backend: str) -> tuple[Any, ...] | None:
        """See `Sink`."""
        calls: list[Any] = []
        try:
            for recorder in self.recorders:
                calls.append(recorder.enter(site, values, backend))
        except BaseException:
            self.settle(tuple(calls))
            raise
        return None if calls.count(None) == len(calls) else tuple(calls)

    def leave(self, calls: tuple[Any, ...], result: Any) -> None:
        """See `Sink`."""
        try:
            for recorder, call in zip(self.recorders, calls, strict=True):
                if call is not None:
                    recorder.leave(call, result)
        except BaseException:
            self.settle(calls)
            raise

    def describe(self, exception: BaseException, traceback: TracebackType | None) -> tuple[Any, ...]:
        """See `Sink`."""
        return tuple([recorder.describe(exception, traceback) for recorder in self.recorders])

    def fail(self, calls: tuple[Any, ...], exception: BaseException) -> None:
        """See `Sink`."""
        self.fail_as(calls, self.describe(exception, traceback_of(exception)))

    def fail_as(self, calls: tuple[Any, ...], seen: tuple[Any, ...]) -> None:
        """See `Sink`."""
        try:
            for recorder, call, each in zip(self.recorders, calls, seen, strict=True):
                if call is not None:
                    recorder.fail_as(call, each)
        except BaseException:
            self.settle(calls)
            raise

    def amend(self, calls: tuple[Any, ...], seen: tuple[Any, ...]) -> None:
        """See `Sink`."""
        for recorder, call, each in zip(self.recorders, calls, seen, strict=True):
            if call is not None:
                recorder.amend(call, each)

    def settle(self, calls: tuple[Any, ...]) -> None:
        """See `Sink`."""
        for recorder, call in zip(self.recorders, calls, strict=False):
            if call is not None:
                recorder.settle(call)

    def suspend(self, calls: tuple[Any, ...], value: Any) -> None:
        """See `Sink`."""
        try:
            for recorder, call in zip(self.recorders, calls, strict=True):
                if call is not None:
                    recorder.suspend(call, value)
        except BaseException:
            self.settle(calls)
            raise

    def resume(self, calls: tuple[Any, ...], value: Any) -> None:
        """See `Sink`."""
        try:
            for recorder, call in zip(self.recorders, calls, strict=True):
                if call is not None:
                    recorder.resume(call, value)
        except BaseException:
            self.suspend(calls, AWAITING)
            raise

    def abandon(self, calls: tuple[Any, ...]) -> None:
        """See `Sink`."""
        try:
            for recorder, call in zip(self.recorders, calls, strict=True):
                if call is not None:
                    recorder.abandon(call)
        except BaseException:
            self.settle(calls)
            raise

    def line(self, calls: tuple[Any, ...], line_number: int, changes: tuple[Any, ...]) -> None:
        """See `Sink`; ``changes`` maps names to tuples of captured values, one a recorder."""
        for index, (recorder, call) in enumerate(zip(self.recorders, calls, strict=True)):
            if call is not None:
                recorder.line(call, line_number, {name: each[index] for name, each in dict(changes).items()})

    def captured(self, calls: tuple[Any, ...], name: str, value: Any) -> tuple[Any, ...]:
        """See `Sink`."""
        return tuple([recorder.captured(None, name, value) for recorder in self.recorders])


def sink_of(recorders: Sequence[Recorder]) -> Sink | None:
    """One sink for ``recorders``; None for none."""
    if not recorders:
        return None
    return recorders[0] if len(recorders) == 1 else Fanout(tuple(recorders))


@twinned
class _SinkSlot:
    """What the proxies look at: the native twin is the slot of ``native/sink.c``."""

    __slots__ = ("framed", "sink")

    def __init__(self) -> None:
        self.sink: Sink | None = None
        self.framed = 0

    def _listen(self, sink: Sink | None) -> None:
        """Report to ``sink`` from now on."""
        self.sink = sink


class _Changing:
    """What is held while a tracer starts or stops.

    Attributes:
        lock: May be taken again by its holder, who may be interrupted by a signal handler that starts a tracer.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()

    def renew(self) -> None:
        """After a fork, in the child: a thread that held the lock is not there to give it back."""
        self.lock = threading.RLock()
        for recorder in proxied.recorders:
            recorder.forked()


changing = _Changing()
if FORKS:
    os.register_at_fork(after_in_child=changing.renew)


class SinkSlot(_SinkSlot):
    """The recorders that listen to one kind of backend. What changes it may be done twice, or be undone half way.

    Attributes:
        sink: What to report to, None while nobody listens. Read without a lock, replaced as a whole.
        framed: How many tracers use a frame backend; if any, proxies announce the frames they cause.
    """

    __slots__ = ("_framing", "recorders")

    def __init__(self) -> None:
        super().__init__()
        self.recorders: tuple[Recorder, ...] = ()
        self._framing: tuple[Recorder, ...] = ()

    def add(self, recorder: Recorder) -> None:
        """``recorder`` listens from now on."""
        with changing.lock:
            self._set((*_without(recorder, self.recorders), recorder))

    def remove(self, recorder: Recorder) -> None:
        """``recorder`` listens no more; calls it has open find a closed recorder."""
        with changing.lock:
            self._set(_without(recorder, self.recorders))

    def frame(self, recorder: Recorder) -> None:
        """``recorder`` uses a frame backend from now on."""
        with changing.lock:
            self._framing = (*_without(recorder, self._framing), recorder)
            self.framed = len(self._framing)

    def unframe(self, recorder: Recorder) -> None:
        """``recorder`` uses none any more."""
        with changing.lock:
            self._framing = _without(recorder, self._framing)
            self.framed = len(self._framing)

    def _set(self, recorders: tuple[Recorder, ...]) -> None:
        self.recorders = recorders
        self._listen(sink_of(recorders))

    def _flags(self) -> ThreadFlags:
        return thread_flags()


def _without(recorder: Recorder, recorders: tuple[Recorder, ...]) -> tuple[Recorder, ...]:
    return tuple(each for each in recorders if each is not recorder)


proxied = SinkSlot()
"""The recorders that listen to proxies: those of all active tracers."""
