"""Which recorders are active now, and the one sink through which backends report to all of them.

`Recorder` and `Fanout` have the same methods, so a backend never asks how many tracers there are. The sink is made anew
when a tracer starts or stops; nothing is decided a call.
"""

from __future__ import annotations

__all__ = ["Fanout", "Sink", "SinkSlot", "changing", "proxied", "sink_of", "withdraw"]

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from types import TracebackType
from typing import Any, Protocol

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import FORKS
from snapy_instrument._signals import is_programs
from snapy_instrument._thread_flags import ThreadFlags, thread_flags
from snapy_instrument._threads import RLock
from snapy_instrument._twins import twinned
from snapy_instrument.events import EventType
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import Site

keep_builtins(globals())


class Sink(Protocol):
    """What backends report to. Tokens are opaque; None means the call is not recorded.

    A method may raise: an error of ours, or what a signal handler raised meanwhile. Its caller then calls `withdraw`,
    and raises the exception again if that returns True.
    """

    def enter(self, site: Site, values: Sequence[Any], backend: str, /) -> Any:
        """Record that a call begins."""

    def leave(self, call: Any, result: Any, /) -> None:
        """Record that it returns."""

    def describe(self, exception: BaseException, traceback: TracebackType | None, /) -> Any:
        """Return an exception as plain data, for `fail_as`; ``traceback`` begins with the frame it arrived in."""

    def fail(self, call: Any, exception: BaseException, /) -> None:
        """Record that it is left by an exception."""

    def fail_as(self, call: Any, seen: Any, /) -> None:
        """Record that it is left by an exception that `describe` saw."""

    def amend(self, call: Any, seen: Any, /) -> None:
        """Replace the exception that left it by ``seen``, which has arrived in the calling frame."""

    def suspend(self, call: Any, value: Any, /) -> None:
        """Record that a generator or coroutine hands out a value and is suspended."""

    def resume(self, call: Any, value: Any, /) -> None:
        """Record that it goes on, with a value sent in."""

    def abandon(self, call: Any, /) -> None:
        """Record that it was closed before its end."""

    def line(self, call: Any, line_number: int, changes: Any, /) -> None:
        """Record that one of its lines is about to run."""

    def captured(self, call: Any, name: str, value: Any, /) -> Any:
        """Return a local variable as plain data, for `line`."""

    def withdraw(self, problem: BaseException, /) -> bool:
        """End the recording, for ``problem`` left our code half way; return whether it is the program's."""


class Fanout:
    """A sink that reports to several recorders; a token is a tuple of theirs.

    A recorder that fails withdraws and the others go on. Where the exception is the program's all of them withdraw, for
    those that come later have not heard of the event.
    """

    def __init__(self, recorders: tuple[Recorder, ...]) -> None:
        self.recorders = recorders

    def _each(self, how: Callable[..., Any], *columns: Iterable[Any]) -> tuple[Any, ...]:
        """Call ``how`` of each recorder with its row of ``columns``, not where the first is None: its call."""
        results = []
        # Not strict: `repeat` has no end.
        for recorder, first, *rest in zip(self.recorders, *columns, strict=False):
            result = None
            # This recorder does not record the call, the others do.
            if first is not None:
                try:
                    result = how(recorder, first, *rest)
                except BaseException as problem:
                    if recorder.withdraw(problem):
                        raise
            # Of one that has failed too: a token has a place for each recorder.
            results.append(result)
        return tuple(results)

    def enter(self, site: Site, values: Sequence[Any], backend: str) -> tuple[Any, ...] | None:
        """See `Sink`."""
        calls = self._each(Recorder.enter, repeat(site), repeat(values), repeat(backend))
        return None if calls.count(None) == len(calls) else calls

    def leave(self, calls: tuple[Any, ...], result: Any) -> None:
        """See `Sink`."""
        self._each(Recorder.leave, calls, repeat(result))

    def describe(self, exception: BaseException, traceback: TracebackType | None) -> tuple[Any, ...]:
        """See `Sink`."""
        return self._each(Recorder.describe, repeat(exception), repeat(traceback))

    def fail(self, calls: tuple[Any, ...], exception: BaseException) -> None:
        """See `Sink`."""
        self._each(Recorder.fail, calls, repeat(exception))

    def fail_as(self, calls: tuple[Any, ...], seen: tuple[Any, ...]) -> None:
        """See `Sink`."""
        self._each(Recorder.fail_as, calls, seen)

    def amend(self, calls: tuple[Any, ...], seen: tuple[Any, ...]) -> None:
        """See `Sink`."""
        self._each(Recorder.amend, calls, seen)

    def suspend(self, calls: tuple[Any, ...], value: Any) -> None:
        """See `Sink`."""
        self._each(Recorder.suspend, calls, repeat(value))

    def resume(self, calls: tuple[Any, ...], value: Any) -> None:
        """See `Sink`."""
        self._each(Recorder.resume, calls, repeat(value))

    def abandon(self, calls: tuple[Any, ...]) -> None:
        """See `Sink`."""
        self._each(Recorder.abandon, calls)

    def line(self, calls: tuple[Any, ...], line_number: int, changes: dict[str, tuple[Any, ...]]) -> None:
        """See `Sink`; ``changes`` maps names to tuples of captured values, one a recorder."""
        own = [{name: each[index] for name, each in changes.items()} for index in range(len(calls))]
        self._each(Recorder.line, calls, repeat(line_number), own)

    def captured(self, calls: tuple[Any, ...], name: str, value: Any) -> tuple[Any, ...]:
        """See `Sink`."""
        return self._each(Recorder.captured, calls, repeat(name), repeat(value))

    def withdraw(self, problem: BaseException) -> bool:
        """See `Sink`."""
        # A list, not a generator in `any`: all of them withdraw, whatever the first one answers.
        answers = [recorder.withdraw(problem) for recorder in self.recorders]
        return any(answers)


def sink_of(recorders: Sequence[Recorder]) -> Sink | None:
    """Return one sink for ``recorders``; None for none."""
    if not recorders:
        return None
    # Most often there is one tracer: backends then report to its recorder, with no call and no tuple in between.
    return recorders[0] if len(recorders) == 1 else Fanout(tuple(recorders))


def withdraw(sink: Sink | None, problem: BaseException) -> bool:
    """Withdraw ``sink`` for ``problem``; return whether it is the program's, to be raised again.

    Without a sink too: the recording may end, in another thread, while a backend is at work for it.
    """
    if sink is not None:
        return sink.withdraw(problem)
    try:
        return is_programs(problem)
    except RecursionError:
        # The question itself was a call too deep. KeyboardInterrupt and SystemExit are the program's in any case.
        return not issubclass(type(problem), Exception)


@twinned
class _SinkSlot:
    """The part of `SinkSlot` that proxies read; the native twin is in ``native/sink.c``."""

    __slots__ = ("framed", "sink")

    def __init__(self) -> None:
        self.sink: Sink | None = None
        self.framed = 0

    def _listen(self, sink: Sink | None) -> None:
        """Report to ``sink`` from now on."""
        self.sink = sink


class _Changing:
    """The lock that is held while a tracer starts or stops.

    Attributes:
        lock: Its holder may take it again: a signal handler that interrupts it may start a tracer.
    """

    def __init__(self) -> None:
        self.lock = RLock()

    def renew(self) -> None:
        """Make a new lock in the child of a fork, where a thread that held the old one does not exist."""
        self.lock = RLock()
        for recorder in proxied.recorders:
            recorder.forked()


changing = _Changing()
if FORKS:
    os.register_at_fork(after_in_child=changing.renew)


class SinkSlot(_SinkSlot):
    """The recorders that listen to one kind of backend.

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
        """Let ``recorder`` listen from now on."""
        with changing.lock:
            self._set((*_without(recorder, self.recorders), recorder))

    def remove(self, recorder: Recorder) -> None:
        """Let ``recorder`` listen no more; its open calls find it closed. A second call does nothing."""
        with changing.lock:
            self._set(_without(recorder, self.recorders))

    def frame(self, recorder: Recorder) -> None:
        """Note that ``recorder`` uses a frame backend from now on."""
        with changing.lock:
            # Taken out first: an interrupted start or stop may repeat this step.
            self._framing = (*_without(recorder, self._framing), recorder)
            self.framed = len(self._framing)

    def unframe(self, recorder: Recorder) -> None:
        """Note that ``recorder`` uses none any more. A second call does nothing."""
        with changing.lock:
            self._framing = _without(recorder, self._framing)
            self.framed = len(self._framing)

    def _set(self, recorders: tuple[Recorder, ...]) -> None:
        # Before the sink: who gets an event from the new sink finds its recorders here.
        self.recorders = recorders
        self._listen(sink_of(recorders))

    def announced_to(self, call: Any) -> Sink | None:
        """Return the sink to which a proxy has just reported ``call``; None if that is no longer the one in use."""
        sink = self.sink
        # The record of a call is a tuple too, in pure Python.
        several = type(call) is tuple and call[0] is not EventType.CALL
        if type(sink) is Fanout:
            return sink if several and len(call) == len(sink.recorders) else None
        return None if several else sink

    def _flags(self) -> ThreadFlags:
        return thread_flags()


def _without(recorder: Recorder, recorders: tuple[Recorder, ...]) -> tuple[Recorder, ...]:
    return tuple(each for each in recorders if each is not recorder)


proxied = SinkSlot()
"""The recorders that listen to proxies: those of all active tracers."""
