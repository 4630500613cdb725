"""Which recorders are active now, and one sink that stands for all of them.

`Recorder` and `Fanout` have the same methods, so a backend never asks how many tracers there are. The sink is
made anew when a tracer starts or stops; nothing is decided a call.
"""

from __future__ import annotations

__all__ = ["Fanout", "Sink", "SinkSlot", "proxied", "sink_of"]

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from snapy_instrument.capture.quiet import ThreadFlags, thread_flags
from snapy_instrument.implementation import native
from snapy_instrument.recording.passing import traceback_of
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import Site


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
        calls = tuple([recorder.enter(site, values, backend) for recorder in self.recorders])
        return None if calls.count(None) == len(calls) else calls

    def leave(self, calls: tuple[Any, ...], result: Any) -> None:
        """See `Sink`."""
        for recorder, call in zip(self.recorders, calls, strict=True):
            if call is not None:
                recorder.leave(call, result)

    def describe(self, exception: BaseException, traceback: TracebackType | None) -> tuple[Any, ...]:
        """See `Sink`."""
        return tuple([recorder.describe(exception, traceback) for recorder in self.recorders])

    def fail(self, calls: tuple[Any, ...], exception: BaseException) -> None:
        """See `Sink`."""
        self.fail_as(calls, self.describe(exception, traceback_of(exception)))

    def fail_as(self, calls: tuple[Any, ...], seen: tuple[Any, ...]) -> None:
        """See `Sink`."""
        for recorder, call, each in zip(self.recorders, calls, seen, strict=True):
            if call is not None:
                recorder.fail_as(call, each)

    def amend(self, calls: tuple[Any, ...], seen: tuple[Any, ...]) -> None:
        """See `Sink`."""
        for recorder, call, each in zip(self.recorders, calls, seen, strict=True):
            if call is not None:
                recorder.amend(call, each)

    def suspend(self, calls: tuple[Any, ...], value: Any) -> None:
        """See `Sink`."""
        for recorder, call in zip(self.recorders, calls, strict=True):
            if call is not None:
                recorder.suspend(call, value)

    def resume(self, calls: tuple[Any, ...], value: Any) -> None:
        """See `Sink`."""
        for recorder, call in zip(self.recorders, calls, strict=True):
            if call is not None:
                recorder.resume(call, value)

    def abandon(self, calls: tuple[Any, ...]) -> None:
        """See `Sink`."""
        for recorder, call in zip(self.recorders, calls, strict=True):
            if call is not None:
                recorder.abandon(call)

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


class PureSlot:
    """What the proxies look at: the native twin is the slot of ``native/recorder.c``."""

    __slots__ = ("framed", "sink")

    def __init__(self) -> None:
        self.sink: Sink | None = None
        self.framed = 0

    def _listen(self, sink: Sink | None) -> None:
        """Report to ``sink`` from now on."""
        self.sink = sink


if TYPE_CHECKING or native is None:
    _Slot = PureSlot
else:
    _Slot = native.SinkSlot


class SinkSlot(_Slot):
    """The recorders that listen to one kind of backend.

    Attributes:
        sink: What to report to, None while nobody listens. Read without a lock, replaced as a whole.
        framed: How many tracers use a frame backend; if any, proxies announce the frames they cause.
    """

    __slots__ = ("_lock", "recorders")

    def __init__(self) -> None:
        super().__init__()
        self.recorders: tuple[Recorder, ...] = ()
        self._lock = threading.Lock()

    def add(self, recorder: Recorder) -> None:
        """``recorder`` listens from now on."""
        with self._lock:
            self._set((*self.recorders, recorder))

    def remove(self, recorder: Recorder) -> None:
        """``recorder`` listens no more; calls it has open find a closed recorder."""
        with self._lock:
            self._set(tuple(each for each in self.recorders if each is not recorder))

    def _set(self, recorders: tuple[Recorder, ...]) -> None:
        self.recorders = recorders
        self._listen(sink_of(recorders))

    def _flags(self) -> ThreadFlags:
        return thread_flags()


proxied = SinkSlot()
"""The recorders that listen to proxies: those of all active tracers."""
