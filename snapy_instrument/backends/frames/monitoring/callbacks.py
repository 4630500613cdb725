"""What happens at each event of `sys.monitoring`.

The native twin (`native/monitoring.c`) takes the events that every call and every step has, and hands what is rare to
the methods here. An error of ours never reaches the traced program.
"""

from __future__ import annotations

__all__ = ["FrameCallbacks", "Known"]

from collections.abc import Callable, Mapping, Sequence
from sys import _getframe, getrefcount, modules
from types import CodeType, FrameType
from typing import Any, NamedTuple

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import FRAMES_KEEP_LOCALS, monitoring
from snapy_instrument._twins import native_part
from snapy_instrument.backends.frames.local_changes import LocalChanges
from snapy_instrument.backends.frames.monitoring.suspensions import Open, Suspensions, ThreadFrames, frame_id
from snapy_instrument.backends.proxy.suspendable import SUSPENDS
from snapy_instrument.recording.sink import Sink, proxied, withdraw
from snapy_instrument.recording.sites import Site

keep_builtins(globals())

_DISABLE = None if monitoring is None else monitoring.DISABLE
# Those of the frame, of our variable and of getrefcount's argument: nobody else has seen the dict.
_REFERENCES = 3


def _no_arguments(values: Mapping[str, Any]) -> Sequence[Any]:
    return ()


class Known(NamedTuple):
    """What to do with the frames of one code object; the native twin reads the fields by position.

    Attributes:
        code: Kept so that the id by which this is found stays the code's own.
        site: None where no tracer wants the frames.
        sink: Who gets the calls.
        hooked: A hooked suspendable function: its calls are those of the backend "proxy".
        suspends: A frame can be suspended.
        gives_values: What a frame yields is a value of the program's, not a wish to wait.
        pick: The arguments, out of a frame's locals.
    """

    code: CodeType
    site: Site | None
    sink: Sink | None = None
    hooked: bool = False
    suspends: bool = False
    gives_values: bool = False
    pick: Callable[[Mapping[str, Any]], Sequence[Any]] = _no_arguments


class FrameCallbacks:
    """The callbacks of the process, and their tables of decisions and of open frames.

    They live as long as the process: another thread may be inside of one while the last tracer stops.

    Args:
        decide: What to do with a code object that is not among these decisions, asked in its first frame.
        watch_yields: Switch on the local event for the yields of a code object that nobody records.

    Attributes:
        known: Decisions by id of the code object.
        thread: What is known of the calling thread.
        suspensions: The open frames that can be suspended.
        line_values: Line events show the local variables that changed.
        by_event: The callback for each event, by the event's name in `sys.monitoring.events`.
    """

    def __init__(
        self, decide: Callable[[dict[int, Known], CodeType, FrameType], Known], watch_yields: Callable[[CodeType], None]
    ) -> None:
        self.known: dict[int, Known] = {}
        self.line_values = False
        self._decide = decide
        self._watch_yields = watch_yields
        # The module has the native twin where sys.monitoring exists.
        twin = native_part("Callbacks")
        self._native: Any = None if twin is None else twin(self, _DISABLE)
        fast = self if self._native is None else self._native
        self.by_event: dict[str, Callable[..., Any]] = {
            "PY_START": fast.start,
            "PY_RESUME": fast.resumed,
            "PY_YIELD": fast.yielded,
            "PY_RETURN": fast.returned,
            "PY_UNWIND": fast.unwound,
            "PY_THROW": fast.thrown,
            "LINE": self.line,
        }
        self.forget_frames()

    def use(self, known: dict[int, Known]) -> None:
        """Take new decisions: tracers have started or stopped."""
        self.known = known
        if self._native is not None:
            self._native.use(known, self.thread, self.suspensions.frames)

    def forget_frames(self) -> None:
        """Forget the open frames of all threads: they end unheard, and later frames will have their numbers."""
        self.thread = ThreadFrames()
        self.suspensions = Suspensions(self.thread, self._watch_yields)
        self.use(self.known)

    def start(self, code: CodeType, offset: int) -> Any:
        """A frame begins. DISABLE where no tracer wants it."""
        try:
            frame = _getframe(1)
            decisions = self.known
            known = decisions.get(id(code))
            if known is None:
                known = self._decide(decisions, code, frame)
            site, sink, thread = known.site, known.sink, self.thread
            if site is None:
                # For the tracers that decided so, not for others. From this look to the return no other thread runs.
                return _DISABLE if self.known is decisions else None
            flags = thread.flags
            if sink is None or flags.quiet:
                return None
            # Else a proxy has recorded this call already, and has announced its frame.
            owns = flags.expected is not code
            if owns:
                values = frame.f_locals
                call = sink.enter(site, known.pick(values), "proxy" if known.hooked else "monitoring")
                # Else the frame would hold the arguments to its end: what the program drops would live longer.
                if FRAMES_KEEP_LOCALS and getrefcount(values) == _REFERENCES:
                    values.clear()
                if call is None:
                    return None
            else:
                call, flags.expected, flags.expected_call = flags.expected_call, None, None
                # Not the site's: a tracer that records proxied calls alone has a part in the call.
                announced = proxied.announced_to(call)
                if announced is None:
                    return None
                sink = announced
            entry = Open(frame_id(frame), sink, call, owns, known.gives_values)
            if known.suspends:
                self.suspensions.begin(entry)
            else:
                thread.open.append(entry)
            return None
        except BaseException as problem:
            # What is raised in a callback reaches the traced program, at the statement that it is at.
            if self._withdraw(problem):
                raise
            return None

    def returned(self, code: CodeType, offset: int, value: Any) -> None:
        """A frame returns."""
        try:
            entry = self._end(code, _getframe(1))
            if entry is not None and entry.owns:
                entry.sink.leave(entry.call, value)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def unwound(self, code: CodeType, offset: int, exception: BaseException) -> None:
        """A frame is left by an exception. Called for every frame of the process."""
        try:
            # PY_UNWIND is global before Python 3.15, so most frames that come here are nobody's.
            known = self.known.get(id(code))
            if known is None or known.site is None:
                return
            entry = self._end(code, _getframe(1))
            if entry is None or not entry.owns:
                return
            # `close` throws it, and it is no failure of the call. By type: a subclass is the program's own exception.
            if known.suspends and type(exception) is GeneratorExit:
                entry.sink.abandon(entry.call)
            else:
                entry.sink.fail(entry.call, exception)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def resumed(self, code: CodeType, offset: int) -> None:
        """A frame goes on after a yield."""
        try:
            self.suspensions.resume(_getframe(1))
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def yielded(self, code: CodeType, offset: int, value: Any) -> None:
        """A frame yields."""
        try:
            self.suspensions.suspend(_getframe(1), value)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def thrown(self, code: CodeType, offset: int, exception: BaseException) -> None:
        """An exception is thrown into a frame at a yield. Called for every frame of the process."""
        try:
            if not code.co_flags & SUSPENDS or not (self.suspensions.frames or self.thread.resumed):
                return
            frame = _getframe(1)
            # First those that await this frame: their calls are below it on the stack.
            self.suspensions.throw(code, frame)
            self.suspensions.resume(frame)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def line(self, code: CodeType, line_number: int) -> None:
        """A line of a frame is about to run."""
        try:
            frame = _getframe(1)
            entry = self.suspensions.frames.get(frame_id(frame)) if code.co_flags & SUSPENDS else self._top(frame)
            if entry is not None:
                # At the first line: most recordings follow no lines.
                if entry.changes is None:
                    entry.changes = LocalChanges(code, self.line_values)
                changes = entry.changes.of(frame, entry.sink, entry.call)
                if changes is not None:
                    entry.sink.line(entry.call, line_number, changes)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def _end(self, code: CodeType, frame: FrameType) -> Open | None:
        """Return what was open for a frame that ends."""
        if code.co_flags & SUSPENDS:
            return self.suspensions.end(frame)
        entry = self._top(frame)
        if entry is not None:
            self.thread.open.remove(entry)
        return entry

    def _top(self, frame: FrameType) -> Open | None:
        """Return what is open for a plain frame in this thread; frames that vanished above it are dropped."""
        open_frames, number = self.thread.open, frame_id(frame)
        # From the innermost: it is nearly always the last.
        for index in range(len(open_frames) - 1, -1, -1):
            if open_frames[index].frame_id == number:
                if "greenlet" not in modules:  # else another greenlet's
                    del open_frames[index + 1 :]
                return open_frames[index]
        return None

    @staticmethod
    def _withdraw(problem: BaseException) -> bool:
        """End all recordings, for ``problem`` left a callback half way; return whether it is the program's."""
        return withdraw(proxied.sink, problem)
