"""The settrace backend: records frames through `sys.settrace`, beside whoever had the slot before.

One trace function serves all tracers. An earlier trace function (a debugger, coverage) is called for every event
it would have seen, before or after us, and the slot is taken back where it takes it for itself.

How frames tell their story (CPython 3.11 to 3.15): a ``return`` event comes for a return, for a yield and for an
unwinding; they differ by the instruction at ``f_lasti`` and by an ``exception`` event that no ``line`` event
followed. A generator's ``call`` event comes at each resumption, the first one at its first RESUME instruction.
"""

from __future__ import annotations

__all__ = ["SettraceBackend", "settrace_backend"]

import dis
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, cast

from snapy_instrument.backends.base import Capabilities, FrameOptions, argument_picker, wanted_code
from snapy_instrument.backends.changes import LocalChanges
from snapy_instrument.capture.quiet import ThreadFlags, thread_flags
from snapy_instrument.recording.active import Sink, proxied, sink_of
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import Kind, Site, site_of_code

TraceFunction = Callable[[FrameType, str, Any], Any]

_RETURNS = frozenset(dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in dis.opmap)
_YIELD = dis.opmap["YIELD_VALUE"]
_PLAIN = Kind.PLAIN
_RESUME = dis.opmap["RESUME"]


class _Plan:
    """What to do with the frames of one code object, decided at the first of them.

    Attributes:
        code: Kept so that the id by which the plan is found stays the code's own.
        site: None where no tracer wants the frames.
        pick: The arguments, out of a frame's locals.
        plain: A frame of it runs once from its call to its end, and nobody wants its lines.
        start: Offset of the instruction at which a generator begins.
    """

    __slots__ = ("bytecode", "code", "pick", "plain", "site", "start")

    def __init__(self, code: CodeType, site: Site | None, *, plain: bool = False) -> None:
        self.code = code
        self.site = site
        if site is not None:
            self.bytecode = code.co_code
            self.pick = argument_picker(site)
            self.plain = plain and site.kind is _PLAIN
            self.start = _first_resume(self.bytecode)


def _first_resume(bytecode: bytes) -> int:
    for offset in range(0, len(bytecode), 2):
        if bytecode[offset] == _RESUME and bytecode[offset + 1] & 3 == 0:
            return offset
    return -1


class SettraceBackend:
    """See the module. One instance serves the process: `settrace_backend`."""

    name = "settrace"
    capabilities = Capabilities(frames=True, lines=True, special_methods=True, needs_slot=True)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: dict[Recorder, FrameOptions] = {}
        self._sink: Sink | None = None
        self._lines = self._line_values = False
        self._plans: dict[int, _Plan] = {}
        self._before_threads: Any = None
        self._thread = _ThreadSlot()
        self._function: TraceFunction = self._trace

    @property
    def running(self) -> bool:
        """A tracer uses it now."""
        return bool(self._users)

    def unavailable(self) -> str | None:
        """It always can: an earlier trace function is chained."""
        return None

    def start(self, recorder: Recorder, options: FrameOptions) -> None:
        """See `FrameBackend`."""
        with self._lock:
            first = not self._users
            self._users[recorder] = options
            proxied.framed += 1
            self._set()
        if first:
            self._before_threads = threading.gettrace()
            threading.settrace(self._function)
        self._thread.users += 1
        if sys.gettrace() is not self._function:
            self._thread.before = cast("TraceFunction | None", sys.gettrace())
            sys.settrace(self._function)

    def stop(self, recorder: Recorder) -> None:
        """See `FrameBackend`."""
        if self._thread.users and sys.gettrace() is not self._function:
            recorder.note("another tool took sys.settrace inside the block: frames it ran after that are missing")
        with self._lock:
            self._users.pop(recorder, None)
            proxied.framed -= 1
            self._set()
            last = not self._users
        if last and threading.gettrace() is self._function:
            threading.settrace(self._before_threads)
            self._before_threads = None
        self._thread.users -= 1
        if self._thread.users <= 0 and (last or self._thread.users == 0):
            self._release()

    def adopt(self, recorder: Recorder, options: FrameOptions) -> None:
        """``recorder`` gets the frames for which somebody calls `trace_function`; nothing is installed."""
        self._users[recorder] = options
        self._set()

    def trace_function(self, frame: FrameType, event: str, arg: Any) -> Any:
        """The trace function itself, for who sets it by hand."""
        return self._trace(frame, event, arg) if event == "call" else None

    def _set(self) -> None:
        self._sink = sink_of(tuple(self._users))
        self._lines = any(options.lines for options in self._users.values())
        self._line_values = any(options.line_values for options in self._users.values())
        self._plans = {}

    def _release(self) -> None:
        """Give this thread's slot back to whom it was taken from."""
        before, self._thread.before = self._thread.before, None
        if sys.gettrace() is self._function:
            sys.settrace(before)

    # -- the trace function -------------------------------------------------------------------------------

    def _trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """What `sys.settrace` holds: called for ``call`` events only."""
        slot = self._thread
        before: TraceFunction | None = slot.before if slot.known else self._meet_thread(slot)
        theirs = None if before is None else self._chain(before, frame, event, arg)
        try:
            plan = self._plans.get(id(frame.f_code))
            if plan is None:
                plan = self._decide(frame)
            site, flags, sink = plan.site, slot.flags, self._sink
            if site is None or sink is None:
                return theirs
            if not plan.plain or flags.expected is not None or theirs is not None or flags.quiet:
                return self._follow(frame, plan, site, flags, theirs)
            call = sink.enter(site, plan.pick(frame.f_locals), "settrace")
            if call is None:
                return None
            frame.f_trace_lines = False
            return _PlainFrame(call, sink, plan.bytecode).trace
        except Exception:
            # Raised here it would reach the traced program and end all tracing.
            return theirs

    def _meet_thread(self, slot: _ThreadSlot) -> TraceFunction | None:
        slot.known = True
        if slot.users == 0 and slot.before is None:
            # It started while we ran: threading gave it our function in place of theirs.
            slot.before = self._before_threads
        return slot.before

    def _chain(self, before: TraceFunction, frame: FrameType, event: str, arg: Any) -> Any:
        """Let the earlier trace function see the event; keep the slot whatever it does to it."""
        local = before(frame, event, arg)
        now = sys.gettrace()
        if now is not self._function:
            # A C tracer takes the slot for itself on each call; None means it is done for good.
            if now is None:
                self._thread.before = None
            sys.settrace(self._function)
        return local

    def _follow(self, frame: FrameType, plan: _Plan, site: Site, flags: ThreadFlags, theirs: Any) -> Any:
        sink = self._sink
        if sink is None or flags.quiet:
            return theirs
        ours = frame.f_trace
        if ours is not None and type(ours) is _FrameTracer and ours.sink is sink and not ours.done:
            ours.theirs = theirs
            if ours.owns:
                sink.resume(ours.call, None)
            return ours
        if flags.expected is plan.code:
            call, flags.expected, flags.expected_call = flags.expected_call, None, None
            return self._local(frame, plan, sink, call, False, theirs) if self._lines else theirs
        if site.kind is not _PLAIN and frame.f_lasti > plan.start >= 0:
            return theirs  # it began before we looked
        call = sink.enter(site, plan.pick(frame.f_locals), "settrace")
        return theirs if call is None else self._local(frame, plan, sink, call, True, theirs)

    def _local(self, frame: FrameType, plan: _Plan, sink: Sink, call: Any, owns: bool, theirs: Any) -> _FrameTracer:
        if theirs is None:
            frame.f_trace_lines = self._lines
        return _FrameTracer(plan, sink, call, owns, theirs, self._lines, self._line_values)

    def _decide(self, frame: FrameType) -> _Plan:
        if self._sink is None:
            # The last tracer stopped in another thread.
            self._release()
            return _Plan(frame.f_code, None)
        code = frame.f_code
        site: Site | None = None
        if wanted_code(code):
            site = site_of_code(code, frame.f_globals)
            if not any(recorder.wants(site) for recorder in self._users):
                site = None
        plan = self._plans[id(code)] = _Plan(code, site, plain=not self._lines)
        return plan


class _ThreadSlot(threading.local):
    """Whose trace function we stand before in this thread, and how many tracers started here."""

    def __init__(self) -> None:
        self.before: TraceFunction | None = None
        self.users = 0
        self.known = False
        self.flags = thread_flags()


class _PlainFrame:
    """The local trace function of a recorded frame that neither sleeps nor is followed line by line."""

    __slots__ = ("bytecode", "call", "seen", "sink")

    def __init__(self, call: Any, sink: Sink, bytecode: bytes) -> None:
        self.call = call
        self.sink = sink
        self.bytecode = bytecode
        self.seen: Any = None

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        try:
            if event == "return":
                if arg is not None or self.bytecode[frame.f_lasti] in _RETURNS:
                    self.sink.leave(self.call, arg)
                elif self.seen is not None:
                    self.sink.fail_as(self.call, self.seen)
                else:
                    self.sink.abandon(self.call)
            elif event == "exception":
                # Kept until another one comes: a with or finally block raises it again without an event.
                self.seen = self.sink.describe(_instance(arg))
        except Exception:
            return None
        return self.trace


def _instance(arg: tuple[Any, Any, Any]) -> BaseException:
    kind, exception, _ = arg
    made: BaseException = exception if isinstance(exception, BaseException) else kind()
    return made


class _FrameTracer:
    """The local trace function of any other recorded frame. Holds no frame and no exception."""

    __slots__ = ("call", "changes", "done", "fresh", "lines", "owns", "plan", "seen", "sink", "theirs")

    def __init__(
        self, plan: _Plan, sink: Sink, call: Any, owns: bool, theirs: Any, lines: bool, line_values: bool
    ) -> None:
        self.plan = plan
        self.sink = sink
        self.call = call
        self.owns = owns
        self.theirs = theirs
        self.lines = lines
        self.changes = LocalChanges() if line_values else None
        self.seen: Any = None
        self.fresh = False
        self.done = False

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        if not self.done:
            try:
                if event == "return":
                    if self.owns:
                        self._returned(frame, arg)
                elif event == "exception":
                    if self.owns:
                        self._raised(frame, arg)
                elif event == "line":
                    self._line(frame)
            except Exception:
                self.done = True
        theirs = self.theirs
        if theirs is not None:
            self.theirs = theirs(frame, event, arg)
        elif self.done:
            return None
        return self

    def _returned(self, frame: FrameType, value: Any) -> None:
        instruction = self.plan.bytecode[frame.f_lasti]
        if instruction in _RETURNS:
            self.done = True
            self.sink.leave(self.call, value)
        elif instruction == _YIELD and (value is not None or not self.fresh):
            self.sink.suspend(self.call, value)
        else:
            self.done = True
            self._left()

    def _left(self) -> None:
        seen, self.seen = self.seen, None
        site = self.plan.site
        suspends = site is not None and site.kind is not _PLAIN
        if seen is None or (suspends and seen[0] is GeneratorExit):
            self.sink.abandon(self.call)
        else:
            self.sink.fail_as(self.call, seen[1])

    def _raised(self, frame: FrameType, arg: Any) -> None:
        kind, _, traceback = arg
        if traceback is None and kind is StopIteration:
            return  # the internal end of an awaited coroutine
        self.seen = (kind, self.sink.describe(_instance(arg)))
        site = self.plan.site
        if site is not None and site.kind is not _PLAIN:
            # Thrown in at a yield, it leaves by the same instruction; a handler would show by a line event.
            self.fresh = frame.f_trace_lines = True

    def _line(self, frame: FrameType) -> None:
        if self.fresh:
            self.fresh = False
            if self.theirs is None and not self.lines:
                frame.f_trace_lines = False
        if self.lines:
            changes = self.changes.of(frame, self.sink, self.call) if self.changes is not None else {}
            self.sink.line(self.call, frame.f_lineno, changes)


settrace_backend = SettraceBackend()
