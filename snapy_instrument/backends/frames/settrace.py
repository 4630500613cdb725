"""The settrace backend: records frames through `sys.settrace`, beside whoever had the slot before.

One trace function serves all tracers. An earlier trace function (a debugger, coverage) is called for every event
it would have seen, before or after us, and the slot is taken back where it takes it for itself.

A generator's ``call`` event comes at each resumption, the first one at its first RESUME instruction; what comes after
``call`` events is in `followers`.
"""

from __future__ import annotations

__all__ = ["SettraceBackend", "settrace_backend"]

from collections.abc import Callable
from sys import gettrace, settrace
from threading import gettrace as gettrace_of_threads
from threading import settrace as settrace_of_threads
from types import CodeType, FrameType
from typing import Any, cast

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import ThreadFlags, thread_flags
from snapy_instrument._threads import ThreadLocal
from snapy_instrument._twins import native_part
from snapy_instrument.backends.base import Capabilities, FrameOptions, wanted_site
from snapy_instrument.backends.frames.delegation import watch
from snapy_instrument.backends.frames.followers import FrameFollower, FramePlan, PlainFollower
from snapy_instrument.backends.proxy.suspendable import suspendable_code
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import Sink, changing, proxied, sink_of, withdraw
from snapy_instrument.recording.sites import Kind, Site
from snapy_instrument.recording.spawns import RecorderKey

keep_builtins(globals())

TraceFunction = Callable[[FrameType, str, Any], Any]

_PLAIN = Kind.PLAIN
# The native twin of the trace function, on the Pythons where settrace is the fastest backend.
_TraceFunction = native_part("TraceFunction")


# A trace function is called one frame deeper than what it traces, so it meets the recursion limit first, and Python
# takes away a trace function that raises.
_TAKEN = "another tool took sys.settrace inside the block, or a RecursionError ended it: later frames are missing"


class SettraceBackend:
    """See the module. One instance serves the process: `settrace_backend`."""

    name = "settrace"
    capabilities = Capabilities(frames=True, lines=True, special_methods=True, needs_slot=True)

    def __init__(self) -> None:
        self._users: dict[Recorder, FrameOptions] = {}
        self._sink: Sink | None = None
        self._lines = self._line_values = False
        # It sees the steps of hooked suspendable functions too, for all tracers.
        self._follows_steps = False
        self._installed = False
        self._adopted = False
        self._plans: dict[int, FramePlan] = {}
        self._before_threads: Any = None
        self._thread = _ThreadSlot()
        # For the native twin: what it may do alone, by id of code.
        self._known: dict[int, tuple[Any, ...] | None] = {}
        self._native: Any = None if _TraceFunction is None else _TraceFunction(self._trace, PlainFollower.trace)
        self._function: TraceFunction = self._trace if self._native is None else self._native

    @property
    def running(self) -> bool:
        """A tracer uses it now."""
        return bool(self._users)

    def unavailable(self) -> str | None:
        """It always can: an earlier trace function is chained."""
        return None

    def start(self, recorder: Recorder, options: FrameOptions) -> None:
        """See `FrameBackend`."""
        with changing.lock:
            self._users[recorder] = options
            recorder.want_lines(options.lines, options.line_values)
            proxied.frame(recorder)
            self._set()
        self._thread.users.add(recorder.key)
        # Not under the lock: a trace function belongs to the calling thread.
        self._take_slot()

    def stop(self, recorder: Recorder) -> None:
        """See `FrameBackend`."""
        users = self._thread.users
        # Seen in the thread that stops the tracer alone: nobody can look at the slots of other threads.
        if users and recorder in self._users and gettrace() is not self._function:
            recorder.note(_TAKEN)
        with changing.lock:
            self._users.pop(recorder, None)
            proxied.unframe(recorder)
            self._set()
        if users <= {recorder.key} and (users or not self._users) and not self._follows_steps:
            self._release()
        users.discard(recorder.key)

    @property
    def line_options(self) -> FrameOptions:
        """The line events that its tracers asked for."""
        return FrameOptions(self._lines, self._line_values)

    def refresh(self, lines: FrameOptions) -> None:
        """See `StepBackend`: in the threads that call hooked suspendable functions, and new ones."""
        with changing.lock:
            follows = any(self._wants(site) for _, site in suspendable_code)
            stops, self._follows_steps = self._follows_steps and not follows, follows
            self._set()
            suspendable_code.prepare_thread = self._take_slot if follows else None
        if follows:
            self._take_slot()
        elif stops and not self._thread.users:
            self._release()

    def follow(self, code: CodeType, site: Site) -> None:
        """See `StepBackend`."""
        if self._wants(site):
            self.refresh(FrameOptions())

    def adopt(self, recorder: Recorder, options: FrameOptions) -> None:
        """``recorder`` gets the frames for which somebody calls `trace_function`; nothing is installed."""
        self._users[recorder] = options
        recorder.want_lines(options.lines, options.line_values)
        self._adopted = True
        self._set()

    def trace_function(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Return what the trace function returns, for code that sets it by hand."""
        return self._trace(frame, event, arg) if event == "call" else None

    def _set(self) -> None:
        self._sink = sink_of(tuple(self._users))
        self._lines = any(options.lines for options in self._users.values())
        self._line_values = any(options.line_values for options in self._users.values())
        # Replaced, not cleared: another thread may be about to look something up in the old one.
        self._plans = {}
        wanted = (bool(self._users) and not self._adopted) or self._follows_steps
        if wanted and not self._installed:
            # For threads that start later. Those that run keep theirs: on 3.11 a thread can set its own alone.
            self._before_threads = gettrace_of_threads()
            settrace_of_threads(self._function)
        elif self._installed and not wanted and gettrace_of_threads() is self._function:
            settrace_of_threads(self._before_threads)
        self._installed = wanted
        if self._native is not None:
            self._known = {}
            self._native.use(self._known, self._sink)

    def _wants(self, site: Site) -> bool:
        return any(recorder.accepts(site) for recorder in proxied.recorders)

    def _take_slot(self) -> None:
        """Take the calling thread's trace function, in front of whoever has it now."""
        if gettrace() is not self._function:
            self._thread.before = cast("TraceFunction | None", gettrace())
            self._install(self._thread)

    def _install(self, slot: _ThreadSlot) -> None:
        """Take the calling thread's slot; natively only where nobody was there before us."""
        if self._native is not None and slot.before is None:
            self._native.install()
        else:
            settrace(self._function)

    def _release(self) -> None:
        """Give this thread's slot back to whom it was taken from."""
        if gettrace() is self._function:
            settrace(self._thread.before)
        self._thread.before = None

    # -- the trace function -------------------------------------------------------------------------------

    def _trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """What `sys.settrace` holds: called for ``call`` events only."""
        try:
            slot = self._thread
            before: TraceFunction | None = slot.before if slot.known else self._meet_thread(slot)
        except BaseException as problem:
            if self._withdraw(problem):
                raise
            return None
        # Outside of the tries: what another tool's function raises reaches the program, as it does without us.
        theirs = None if before is None else self._chain(before, frame, event, arg)
        try:
            plan = self._plans.get(id(frame.f_code))
            if plan is None:
                plan = self._decide(frame)
            site, flags, sink = plan.site, slot.flags, plan.sink
            if site is None or sink is None:
                # A frame that nobody records may be what recorded ones wait for: see `delegation`.
                return watch(frame, plan.code, theirs) if plan.suspends and not flags.quiet else theirs
            if not plan.plain or flags.expected is not None or theirs is not None or flags.quiet:
                return self._follow(frame, plan, site, flags, theirs)
            call = sink.enter(site, plan.pick(frame.f_locals), "settrace")
            if call is None:
                return None
            # Python would make a line event for each line of the frame, and nobody wants them.
            frame.f_trace_lines = False
            return PlainFollower(call, sink, plan).trace
        except BaseException as problem:
            # What is raised here reaches the traced program, and Python takes away a trace function that raises.
            if self._withdraw(problem):
                raise
            return theirs

    def _withdraw(self, problem: BaseException) -> bool:
        """End all recordings, for ``problem`` left us half way; return whether it is the program's."""
        return withdraw(self._sink or proxied.sink, problem)

    def _meet_thread(self, slot: _ThreadSlot) -> TraceFunction | None:
        slot.known = True
        if not slot.users and slot.before is None:
            # It started while we ran: threading gave it our function in place of theirs.
            slot.before = self._before_threads
        if gettrace() is self._function:
            self._install(slot)
        return slot.before

    def _chain(self, before: TraceFunction, frame: FrameType, event: str, arg: Any) -> Any:
        """Let the earlier trace function see the event; keep the slot whatever it does to it."""
        local = before(frame, event, arg)
        now = gettrace()
        if now is not self._function:
            # A C tracer takes the slot for itself on each call; None means it is done for good.
            if now is None:
                self._thread.before = None
            settrace(self._function)
        return local

    def _follow(self, frame: FrameType, plan: FramePlan, site: Site, flags: ThreadFlags, theirs: Any) -> Any:
        sink = plan.sink
        if sink is None or flags.quiet:
            return theirs
        ours = frame.f_trace
        # A `call` event in a frame with our follower is a resumption; with another sink it began for other tracers.
        if ours is not None and type(ours) is FrameFollower and (ours.sink is sink or not ours.owns) and not ours.done:
            ours.theirs = theirs
            if ours.owns:
                ours.resume(frame)
            return ours
        if flags.expected is plan.code:
            call, flags.expected, flags.expected_call = flags.expected_call, None, None
            # Not the plan's: a tracer that records proxied calls alone has a part in the call.
            announced = proxied.announced_to(call) if self._lines else None
            return theirs if announced is None else self._local(frame, plan, announced, call, False, theirs)
        if plan.announced or (site.kind is not _PLAIN and frame.f_lasti != plan.start):
            return theirs  # it began before we looked, or an exception is thrown in before it begins
        call = sink.enter(site, plan.pick(frame.f_locals), plan.backend)
        return theirs if call is None else self._local(frame, plan, sink, call, True, theirs)

    def _local(
        self, frame: FrameType, plan: FramePlan, sink: Sink, call: Any, owns: bool, theirs: Any
    ) -> FrameFollower:
        if theirs is None:
            frame.f_trace_lines = self._lines
        return FrameFollower(plan, sink, call, owns, theirs, self._lines, self._line_values)

    def _decide(self, frame: FrameType) -> FramePlan:
        code = frame.f_code
        if self._sink is None and not self._follows_steps:
            # The last tracer stopped in another thread.
            self._release()
            return FramePlan(code, None, None)
        hooked = suspendable_code.site_of(code)
        if hooked is None:
            site = wanted_site(code, frame.f_globals, tuple(self._users))
            plan = FramePlan(code, site, self._sink, plain=not self._lines)
        else:
            # Another backend records the steps, and announces the call where lines are wanted.
            announced = not self._follows_steps
            site = hooked if (self._lines or not announced) and self._wants(hooked) else None
            plan = FramePlan(code, site, proxied.sink, backend="proxy", announced=announced)
        self._plans[id(code)] = plan
        if self._native is not None:
            if site is None:
                self._known[id(code)] = (code, None, code.co_code) if plan.suspends else None
            elif plan.plain:
                self._known[id(code)] = (code, site, plan.bytecode, plan.splits)
        return plan


class _ThreadSlot(ThreadLocal):
    """Whose trace function we stand before in this thread, and which tracers started here."""

    def __init__(self) -> None:
        self.before: TraceFunction | None = None
        self.users: set[RecorderKey] = set()
        self.known = False
        self.flags = thread_flags()


settrace_backend = SettraceBackend()
