"""The steps of hooked generators, coroutines and async generators on Python 3.11, natively.

3.11 has no `sys.monitoring`. Each step of a generator passes through the interpreter's frame evaluation function
(PEP 523), which is replaced while a tracer is active and a hooked suspendable function has been called. The other way
is a trace function in C. What both cost plain code that runs meanwhile, on 3.11.7, as a multiple of its plain time:

    ==================  ==========  ================
    program             evaluation  C trace function
    ==================  ==========  ================
    recursive calls     1.4         7.9
    method calls        1.3         4.2
    a loop              1.0         2.0
    a plain generator   1.0         3.7
    awaits              1.1         5.2
    ==================  ==========  ================

Only calls pay, for each takes a C function call more, and 400 bytes of C stack: below 2,000 frames, twice Python's own
limit, the interpreter evaluates by itself again. Where another tool has the evaluation function, or without the native
twin, the settrace backend records the steps.
"""

from __future__ import annotations

__all__ = ["EvaluationBackend", "evaluation_backend"]

from types import CodeType, FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import thread_flags
from snapy_instrument._twins import native_part
from snapy_instrument.backends.base import FrameOptions, argument_picker, gives_values, stopped
from snapy_instrument.backends.frames.monitoring.callbacks import Known
from snapy_instrument.backends.frames.monitoring.suspensions import Open, Suspensions, ThreadFrames, frame_id
from snapy_instrument.backends.proxy.suspendable import suspendable_code
from snapy_instrument.recording.sink import changing, proxied, withdraw
from snapy_instrument.recording.sites import Site

keep_builtins(globals())

_TOO_DEEP = "below 2,000 frames steps of generators are not recorded"


class EvaluationBackend:
    """See the module. One instance serves the process: `evaluation_backend`."""

    def __init__(self) -> None:
        twin = native_part("Evaluation")
        self._native: Any = None if twin is None else twin(self)
        self._known: dict[int, Known] = {}
        self._lines = FrameOptions()
        self._thread = ThreadFrames()
        self._suspensions = Suspensions(self._thread, _ignore)
        self._noted: object = None

    def unavailable(self) -> str | None:
        """Return why it cannot start now, in a sentence; None if it can."""
        if self._native is None:
            return "only the native twin for Python 3.11 has a frame evaluation function"
        return None if self._native.is_free() else "another tool evaluates frames"

    def refresh(self, lines: FrameOptions) -> None:
        """See `StepBackend`."""
        with changing.lock:
            self._lines = lines
            # A new table each time: native code of another thread holds the old one until its step is done.
            self._known = {}
            for code, site in suspendable_code:
                if any(recorder.accepts(site) for recorder in proxied.recorders):
                    gives, pick = gives_values(code), argument_picker(site)
                    self._known[id(code)] = Known(code, site, proxied.sink, True, True, gives, pick)
            # Frames that are open now end unheard, and later frames get their numbers.
            if not proxied.recorders:
                self._thread = ThreadFrames()
                self._suspensions = Suspensions(self._thread, _ignore)
                self._noted = None
            self._native.use(self._known, self._thread, self._suspensions.frames, lines.lines)
            # Not a moment longer than needed: each call of plain code pays for the evaluation function.
            if self._known:
                self._native.install()
            else:
                self._native.remove()

    def follow(self, code: CodeType, site: Site) -> None:
        """See `StepBackend`."""
        self.refresh(self._lines)

    # -- what the native twin leaves to Python --------------------------------------------------------------

    def begin(self, known: Known, frame: FrameType) -> None:
        """A frame takes its first step."""
        site, sink = known.site, known.sink
        if site is None or sink is None or thread_flags().quiet:
            return
        call = sink.enter(site, known.pick(frame.f_locals), "proxy")
        if call is not None:
            self._suspensions.begin(Open(frame_id(frame), sink, call, True, known.gives_values))
            # The settrace backend follows the lines; what is announced here it does not record a second time.
            if self._lines.lines:
                flags = thread_flags()
                flags.expected, flags.expected_call = known.code, call

    def failed(self, entry: Open, code: CodeType, exception: BaseException) -> None:
        """A frame is left by an exception."""
        known = self._known.get(id(code))
        converted = None if known is None or known.site is None else stopped(known.site, type(exception))
        # Python turns a StopIteration that leaves a generator into a RuntimeError (PEP 479) after the frame has ended.
        if converted is not None:
            entry.sink.fail_as(entry.call, entry.sink.describe(converted, None))
        elif type(exception) is GeneratorExit:
            entry.sink.abandon(entry.call)
        else:
            entry.sink.fail(entry.call, exception)

    def thrown(self, code: CodeType, frame: FrameType, thrown: bool) -> None:
        """An exception is thrown into a frame; or it goes on, where frames run because of an earlier one."""
        try:
            if thrown:
                self._suspensions.throw(code, frame)
            else:
                self._suspensions.take_over(frame)
        except BaseException as problem:
            if _withdraw(problem):
                raise

    def yielded(self, frame: FrameType, value: Any) -> None:
        """A frame yields."""
        try:
            self._suspensions.suspend(frame, value)
        except BaseException as problem:
            if _withdraw(problem):
                raise

    def too_deep(self) -> None:
        """Frames are evaluated without us: say so in the trace, once."""
        # Another sink means other recorders, which have no note yet.
        if self._noted is not proxied.sink:
            self._noted = proxied.sink
            for recorder in proxied.recorders:
                recorder.note(_TOO_DEEP)


def _withdraw(problem: BaseException) -> bool:
    """End all recordings, for ``problem`` left us half way; return whether it is the program's."""
    return withdraw(proxied.sink, problem)


def _ignore(code: CodeType) -> None:
    """Every yield is seen, of any code."""


evaluation_backend = EvaluationBackend()
