"""The local trace functions of the settrace backend: each follows one recorded frame to its end.

How frames tell their story (CPython 3.11 to 3.15): a ``return`` event comes for a return, for a yield and for an
unwinding; they differ by the instruction at ``f_lasti``, by the value, and by an ``exception`` event that no ``line``
event followed. A frame that raises an exception again gives no second ``exception`` event.
"""

from __future__ import annotations

__all__ = ["FrameFollower", "FramePlan", "PlainFollower"]

from types import CodeType, FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import MATCHES_GROUP, RESUME, RETURNS, THROWN_INTO_SKIPS_CALLERS, YIELDS
from snapy_instrument._threads import ThreadLocal
from snapy_instrument.backends.base import argument_picker, gives_values, handed_out, stopped
from snapy_instrument.backends.frames.delegation import SuspendableFollower, hand_on, suspended_above
from snapy_instrument.backends.frames.local_changes import LocalChanges
from snapy_instrument.backends.proxy.suspendable import SUSPENDS
from snapy_instrument.recording.sink import Sink, withdraw
from snapy_instrument.recording.sites import Kind, Site

keep_builtins(globals())

_PLAIN = Kind.PLAIN


class FramePlan:
    """What to do with the frames of one code object, decided at the first of them.

    Attributes:
        code: Kept so that the id by which the plan is found stays the code's own.
        site: None where no tracer wants the frames.
        sink: Who gets the calls.
        backend: The name of the backend that the calls carry.
        announced: The calls are recorded by another backend, which announces those whose lines are wanted.
        pick: The arguments, out of a frame's locals.
        plain: A frame of it runs once from its call to its end, and nobody wants its lines.
        suspends: A frame of it can be suspended.
        start: Offset of the instruction at which a generator begins.
        splits: It has an ``except*``, which raises what it leaves over without an event.
    """

    __slots__ = (
        "announced",
        "backend",
        "bytecode",
        "code",
        "gives_values",
        "pick",
        "plain",
        "sink",
        "site",
        "splits",
        "start",
        "suspends",
    )

    def __init__(
        self,
        code: CodeType,
        site: Site | None,
        sink: Sink | None,
        *,
        backend: str = "settrace",
        plain: bool = False,
        announced: bool = False,
    ) -> None:
        self.code = code
        self.site = site
        self.sink = sink
        self.backend = backend
        self.announced = announced
        self.suspends = bool(code.co_flags & SUSPENDS)
        if site is not None:
            self.bytecode = code.co_code
            self.pick = argument_picker(site)
            self.gives_values = gives_values(code)
            self.plain = plain and site.kind is _PLAIN
            self.start = _first_resume(self.bytecode)
            self.splits = MATCHES_GROUP in self.bytecode[::2]


def _first_resume(bytecode: bytes) -> int:
    for offset in range(0, len(bytecode), 2):
        # The lowest two bits of its argument: 0 at the start, 1 after a yield, 2 after `yield from`, 3 after an await.
        if bytecode[offset] == RESUME and bytecode[offset + 1] & 3 == 0:
            return offset
    return -1


class PlainFollower:
    """Follows a frame that is never suspended and not followed line by line."""

    __slots__ = ("bytecode", "call", "raised_at", "seen", "sink", "unsure")
    raised_at: int  # set with `seen`

    def __init__(self, call: Any, sink: Sink, plan: FramePlan) -> None:
        self.call = call
        self.sink = sink
        self.bytecode = plan.bytecode
        self.unsure = plan.splits
        self.seen: Any = None

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """The local trace function."""
        try:
            if event == "return":
                # An unwinding gives None, as `return None` does; where the frame stopped separates the two.
                if arg is not None or self.bytecode[frame.f_lasti] in RETURNS:
                    self.sink.leave(self.call, arg)
                elif self.seen is not None:
                    self.sink.fail_as(self.call, self.seen)
                    # It leaves at another instruction than it was seen at: a handler or finally block may have raised
                    # one without an event. The event in the calling frame decides: see `_arrived`.
                    if self.unsure or frame.f_lasti != self.raised_at:
                        _doubt(frame, self.sink, self.call)
                else:
                    self.sink.abandon(self.call)
            elif event == "exception":
                # Kept until another one comes: a with or finally block raises it again without an event.
                self.unsure = self.unsure or self.seen is not None
                self.raised_at = frame.f_lasti
                self.seen = _arrived(self.sink, arg)
        except BaseException as problem:
            if self.sink.withdraw(problem):
                raise
            return None
        return self.trace


class FrameFollower(SuspendableFollower):
    """Follows any other recorded frame. Holds no frame and no exception."""

    __slots__ = (
        "bytecode",
        "call",
        "changes",
        "done",
        "fresh",
        "gives_values",
        "lines",
        "raised_at",
        "seen",
        "sink",
        "site",
        "theirs",
        "unsure",
    )
    raised_at: int  # set with `seen`

    def __init__(
        self, plan: FramePlan, sink: Sink, call: Any, owns: bool, theirs: Any, lines: bool, line_values: bool
    ) -> None:
        super().__init__(owns)
        assert plan.site is not None
        self.site = plan.site
        self.bytecode = plan.bytecode
        self.gives_values = plan.gives_values
        self.unsure = plan.splits
        self.sink = sink
        self.call = call
        self.theirs = theirs
        self.lines = lines
        self.changes = LocalChanges(plan.code, line_values) if lines else None
        self.seen: Any = None
        self.fresh = False
        self.done = False

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        """The local trace function."""
        try:
            if not self.done:
                if event == "return":
                    if self.owns:
                        self._returned(frame, arg)
                elif event == "exception":
                    if self.owns:
                        self._raised(frame, arg)
                elif event == "line":
                    self._line(frame)
            theirs = self.theirs
            if theirs is None:
                return None if self.done else self
        except BaseException as problem:
            # Before the withdrawal, which may raise: Python may call a follower again.
            self.done, self.suspended = True, False
            if self.sink.withdraw(problem):
                raise
            theirs = self.theirs
            if theirs is None:
                return None
        # Outside of the try: what another tool's function raises reaches the program, as it does without us.
        self.theirs = theirs(frame, event, arg)
        return self

    def resume(self, frame: FrameType) -> None:
        """The generator or coroutine of ``frame`` goes on."""
        if THROWN_INTO_SKIPS_CALLERS and not self.resumed:
            self.resumed = suspended_above(frame)
            # The outermost first, as its call is below the others on the stack.
            for each in reversed(self.resumed):
                each.mark_resumed()
        if self.suspended:
            self.mark_resumed()

    def mark_resumed(self) -> None:
        """See `SuspendableFollower`."""
        super().mark_resumed()
        self.sink.resume(self.call, None)

    def suspend(self, value: Any) -> None:
        """See `SuspendableFollower`."""
        # Ours before those that wait for it: the stack of open calls is taken down from its top.
        self.sink.suspend(self.call, handed_out(self.gives_values, value))
        super().suspend(value)

    def _returned(self, frame: FrameType, value: Any) -> None:
        instruction = self.bytecode[frame.f_lasti]
        # `done` is set before the sink is called: if that fails, no second end is recorded for the call.
        if instruction in RETURNS:
            self.done = True
            self.sink.leave(self.call, value)
        elif instruction in YIELDS and (value is not None or not self.fresh):
            self.suspend(value)
        else:
            self.done = True
            self._left(frame)
        if self.done and self.resumed:
            hand_on(frame, self.resumed)

    def _left(self, frame: FrameType) -> None:
        seen, self.seen = self.seen, None
        if seen is None or (self.site.kind is not _PLAIN and seen[0] is GeneratorExit):
            self.sink.abandon(self.call)
            return
        converted = stopped(self.site, seen[0])
        self.sink.fail_as(self.call, seen[1] if converted is None else self.sink.describe(converted, None))
        if self.unsure or frame.f_lasti != self.raised_at:
            _doubt(frame, self.sink, self.call)

    def _raised(self, frame: FrameType, arg: Any) -> None:
        kind, _, traceback = arg
        if traceback is None and kind is StopIteration:
            return  # the internal end of an awaited coroutine
        self.unsure = self.unsure or self.seen is not None
        self.raised_at = frame.f_lasti
        self.seen = (kind, _arrived(self.sink, arg))
        if self.site.kind is not _PLAIN:
            # Thrown in at a yield, it leaves by the same instruction; a handler would show by a line event.
            self.fresh = frame.f_trace_lines = True

    def _line(self, frame: FrameType) -> None:
        if self.fresh:
            self.fresh = False
            if self.theirs is None and not self.lines:
                frame.f_trace_lines = False
        changes = None if self.changes is None else self.changes.of(frame, self.sink, self.call)
        if changes is not None:
            self.sink.line(self.call, frame.f_lineno, changes)


class _Guess(ThreadLocal):
    """The call that an exception left last, where that may differ from the one recorded, or have a different text."""

    last: tuple[Sink, Any] | None = None


_guess = _Guess()


def _doubt(frame: FrameType, sink: Sink, call: Any) -> None:
    """Note that the exception that leaves ``call`` may not be the one that was seen: its arrival decides.

    Where nobody follows the calling frame, it gets a trace function for that one event.
    """
    _guess.last = (sink, call)
    caller = frame.f_back
    if caller is not None and caller.f_trace is None:
        caller.f_trace = _arrival
        caller.f_trace_lines = False


def _arrival(frame: FrameType, event: str, arg: Any) -> None:
    guess = _guess.last
    try:
        # Before the rest, which may fail: the frame keeps nothing of ours.
        frame.f_trace, frame.f_trace_lines = None, True
        if event == "exception" and guess is not None:
            _arrived(guess[0], arg)
    except BaseException as problem:
        if withdraw(None if guess is None else guess[0], problem):
            raise


def _arrived(sink: Sink, arg: tuple[Any, Any, Any]) -> Any:
    """Describe the exception of an ``exception`` event; amend the guess if it came out of that call."""
    kind, exception, traceback = arg
    seen = sink.describe(exception if isinstance(exception, BaseException) else kind(), traceback)
    guess, _guess.last = _guess.last, None
    # One raised in the frame itself has not come out of the call, whatever code they share.
    if guess is not None and guess[0] is sink and (traceback is None or traceback.tb_next is not None):
        sink.amend(guess[1], seen)
    return seen
