"""The monitoring backend: records frames through `sys.monitoring` (Python 3.12 and later).

It takes a tool id that nobody uses. Code that no tracer wants is disabled at its first call and runs at full speed
from then on; code that is wanted gets local events. Disabling outlasts a tool id, so code disabled for one tracer is
woken for the next by changing its local events while no global event is set: that touches nobody else's events, as
``sys.monitoring.restart_events`` would.

PY_UNWIND and PY_THROW cannot be local before 3.15; they are global, and cost an unwanted frame one lookup when an
exception leaves it.
"""

from __future__ import annotations

__all__ = ["MonitoringBackend", "monitoring_backend"]

import sys
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from sys import getrefcount
from types import CodeType, FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import FRAMES_KEEP_LOCALS
from snapy_instrument._python import monitoring as _monitoring
from snapy_instrument._thread_flags import thread_flags
from snapy_instrument._twins import native_part, twinned
from snapy_instrument.backends.base import Capabilities, FrameOptions, argument_picker, handed_out, wanted_site
from snapy_instrument.backends.frames.delegation import SUSPENDS
from snapy_instrument.backends.frames.local_changes import LocalChanges
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import Sink, changing, proxied, sink_of
from snapy_instrument.recording.sites import Kind, Site

keep_builtins(globals())

# 0, 1, 2 and 5 have names (debugger, coverage, profiler, optimizer); the others come first.
_TOOL_IDS = (4, 3, 2, 0, 5)
_PLAIN = Kind.PLAIN
_NAME = "snapy_instrument"
_getframe = sys._getframe
# Those of the frame, of our variable and of getrefcount's argument: nobody else has seen the dict.
_REFERENCES = 3


# The code, kept so that its id stays its own; its site if a tracer wants it; what picks its arguments.
_Known = tuple[CodeType, Site | None, Callable[[Mapping[str, Any]], Sequence[Any]]]


def _no_arguments(values: Mapping[str, Any]) -> Sequence[Any]:
    return ()


@twinned
class _Open:
    """A frame that runs now, or a generator's that sleeps. Known by a number of the frame's: a frame is never kept."""

    __slots__ = ("call", "changes", "frame_id", "owns", "sink")

    def __init__(self, frame_id: int, sink: Sink, call: Any, owns: bool) -> None:
        self.frame_id = frame_id
        self.sink = sink
        self.call = call
        self.owns = owns
        self.changes: LocalChanges | None = None


@dataclass
class _Woken:
    """Recorded frames that run because the one that waits for nobody else does: see `thrown`.

    Attributes:
        frame_id: Of the frame whose next yield puts them to sleep.
        frames: They and their sites, the nearest first.
    """

    frame_id: int
    frames: list[tuple[_Open, Site]]


# The native twin of the callbacks that every call needs; the module has it where sys.monitoring exists.
_Callbacks = native_part("Callbacks")
_frame_id: Callable[[FrameType], int] = native_part("frame_id") or id


class _Thread(threading.local):
    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.flags = thread_flags()
        self.woken: list[_Woken] = []


class MonitoringBackend:
    """See the module. One instance serves the process: `monitoring_backend`."""

    name = "monitoring"
    capabilities = Capabilities(frames=True, lines=True, special_methods=True, needs_slot=False)

    def __init__(self) -> None:
        self._users: dict[Recorder, FrameOptions] = {}
        self._sink: Sink | None = None
        self._lines = self._line_values = False
        self._tool: int | None = None
        self._sites: dict[int, _Known] = {}
        self._watched: list[CodeType] = []
        self._asleep: dict[int, _Open]
        self._thread: _Thread
        self._native: Any
        self._disabled: dict[int, weakref.ref[CodeType]] = {}
        self._disabled_for: object = None
        self._forget_frames()

    @property
    def running(self) -> bool:
        """A tracer uses it now."""
        return bool(self._users)

    def unavailable(self) -> str | None:
        """Why it cannot start now."""
        if _monitoring is None:
            return "sys.monitoring came with Python 3.12"
        if self._tool is None and self._free_tool() is None:
            names = ", ".join(sorted({str(_monitoring.get_tool(each)) for each in _TOOL_IDS}))
            return f"every tool id of sys.monitoring is taken ({names})"
        return None

    def start(self, recorder: Recorder, options: FrameOptions) -> None:
        """See `FrameBackend`."""
        with changing.lock:
            self._users[recorder] = options
            proxied.frame(recorder)
            self._pause()
            self._forget_sites()
            self._set()
            self._resume()

    def stop(self, recorder: Recorder) -> None:
        """See `FrameBackend`."""
        with changing.lock:
            self._users.pop(recorder, None)
            proxied.unframe(recorder)
            if recorder.withdrawn:
                self._disabled_for = None  # since then it refused code that the next tracer may want
            self._pause()
            self._forget_sites()
            self._set()
            if self._users:
                self._resume()
            else:
                self._give_back()

    # -- tool and events ----------------------------------------------------------------------------------

    def _free_tool(self) -> int | None:
        return next((each for each in _TOOL_IDS if _monitoring.get_tool(each) is None), None)

    def _set(self) -> None:
        self._sink = sink_of(tuple(self._users))
        self._lines = any(options.lines for options in self._users.values())
        self._line_values = any(options.line_values for options in self._users.values())
        if self._native is not None:
            self._native.use(self._sites, self._sink)

    def _pause(self) -> None:
        if self._tool is not None and _monitoring.get_tool(self._tool) != _NAME:
            self._tool = None  # interrupted while it was taken or given back, or taken from us
        if self._tool is not None:
            _monitoring.set_events(self._tool, 0)

    def _resume(self) -> None:
        events = _monitoring.events
        if self._tool is None:
            tool = self._tool = self._free_tool()
            if tool is None:
                raise ValueError(self.unavailable())
            _monitoring.use_tool_id(tool, _NAME)
        for name, callback in self._callbacks().items():
            _monitoring.register_callback(self._tool, getattr(events, name), callback)
        self._wake_disabled()
        _monitoring.set_events(self._tool, events.PY_START | events.PY_UNWIND | events.PY_THROW)

    def _callbacks(self) -> dict[str, Callable[..., Any]]:
        return {
            "PY_START": self._start if self._native is None else self._native.start,
            "PY_RESUME": self._resumed,
            "PY_THROW": self._throw,
            "PY_YIELD": self._yield,
            "PY_RETURN": self._return if self._native is None else self._native.end,
            "PY_UNWIND": self._unwind,
            "LINE": self._line,
        }

    def _give_back(self) -> None:
        self._forget_frames()
        if self._tool is not None:
            for name in self._callbacks():
                _monitoring.register_callback(self._tool, getattr(_monitoring.events, name), None)
            _monitoring.free_tool_id(self._tool)
            self._tool = None

    def _forget_frames(self) -> None:
        """Those that run now end unheard, and later frames will have their ids: in no thread may they be known."""
        thread = _Thread()
        callbacks = None if _Callbacks is None else _Callbacks(self._start, self._return, thread, _monitoring.DISABLE)
        self._thread, self._native, self._asleep = thread, callbacks, {}

    def _forget_sites(self) -> None:
        """New tracers, new decisions; code that had local events loses them."""
        told = [code for code, site, _ in self._sites.values() if site is not None]
        for code in [*told, *self._watched]:
            if self._tool is not None:
                _monitoring.set_local_events(self._tool, code, 0)
        self._sites = {}
        self._watched = []

    def _wake_disabled(self) -> None:
        wanted = frozenset(recorder.decision_key for recorder in self._users)
        key = (self._tool, wanted)
        if key == self._disabled_for:
            return
        for reference in list(self._disabled.values()):
            code = reference()
            if code is not None:
                try:
                    _monitoring.set_local_events(self._tool, code, _monitoring.events.PY_RETURN)
                finally:
                    _monitoring.set_local_events(self._tool, code, 0)
        self._disabled = {}
        self._disabled_for = key

    # -- callbacks ----------------------------------------------------------------------------------------

    def _withdraw(self, problem: BaseException) -> bool:
        """End all recordings, for ``problem`` left a callback half way; return whether it is the program's."""
        sink = self._sink
        return sink.withdraw(problem) if sink is not None else not isinstance(problem, Exception)

    def _start(self, code: CodeType, offset: int) -> Any:
        try:
            known = self._sites.get(id(code))
            frame = _getframe(1)
            if known is None:
                known = self._decide(code, frame)
            site, sink, thread = known[1], self._sink, self._thread
            if site is None:
                return _monitoring.DISABLE
            if sink is None or thread.flags.quiet:
                return None
            flags = thread.flags
            if flags.expected is code:
                call, flags.expected, flags.expected_call = flags.expected_call, None, None
                owns = False
            else:
                values = frame.f_locals
                owns = True
                call = sink.enter(site, known[2](values), "monitoring")
                if FRAMES_KEEP_LOCALS and getrefcount(values) == _REFERENCES:
                    values.clear()
                if call is None:
                    return None
            thread.open.append(_Open(_frame_id(frame), sink, call, owns))
        except BaseException as problem:
            # What is raised here reaches the traced program.
            if self._withdraw(problem):
                raise

    def _decide(self, code: CodeType, frame: FrameType) -> _Known:
        site = wanted_site(code, frame.f_globals, tuple(self._users))
        known: _Known = (code, site, _no_arguments if site is None else argument_picker(site))
        self._sites[id(code)] = known
        if site is None:
            self._disabled[id(code)] = weakref.ref(code)
        else:
            _monitoring.set_local_events(self._tool, code, self._local_events(site))
        return known

    def _local_events(self, site: Site) -> int:
        events = _monitoring.events
        local: int = events.PY_RETURN
        if site.kind is not _PLAIN:
            local |= events.PY_YIELD | events.PY_RESUME
        if self._lines:
            local |= events.LINE
        return local

    def _top(self, frame: FrameType) -> _Open | None:
        """What is open for ``frame`` in this thread; frames that vanished above it are dropped."""
        open_frames = self._thread.open
        frame_id = _frame_id(frame)
        if open_frames and open_frames[-1].frame_id == frame_id:
            return open_frames[-1]
        for index in range(len(open_frames) - 1, -1, -1):
            if open_frames[index].frame_id == frame_id:
                del open_frames[index + 1 :]
                return open_frames[index]
        return None

    def _return(self, code: CodeType, offset: int, value: Any) -> None:
        try:
            found = self._top(_getframe(1))
            if found is not None:
                self._thread.open.pop()
                if found.owns:
                    found.sink.leave(found.call, value)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def _unwind(self, code: CodeType, offset: int, exception: BaseException) -> None:
        try:
            known = self._sites.get(id(code))
            if known is None or known[1] is None:
                return
            found = self._top(_getframe(1))
            if found is None:
                return
            self._thread.open.pop()
            if not found.owns:
                return
            if type(exception) is GeneratorExit and known[1].kind is not _PLAIN:
                found.sink.abandon(found.call)
            else:
                found.sink.fail(found.call, exception)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def _yield(self, code: CodeType, offset: int, value: Any) -> None:
        try:
            known = self._sites.get(id(code))
            frame = _getframe(1)
            if known is not None and known[1] is not None:
                found = self._top(frame)
                if found is not None:
                    self._thread.open.pop()
                    self._fall_asleep(found, known[1], value)
            woken = self._thread.woken
            if woken and woken[-1].frame_id == _frame_id(frame):
                for each, site in woken.pop().frames:
                    self._thread.open.remove(each)
                    self._fall_asleep(each, site, value)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def _fall_asleep(self, found: _Open, site: Site, value: Any) -> None:
        self._asleep[found.frame_id] = found
        if found.owns:
            found.sink.suspend(found.call, handed_out(site, value))

    def _throw(self, code: CodeType, offset: int, exception: BaseException) -> None:
        try:
            known = self._sites.get(id(code))
            wanted = known is not None and known[1] is not None
            if not wanted and not code.co_flags & SUSPENDS:
                return
            frame = _getframe(1)
            if self._asleep or self._thread.woken:
                self._watch(code, frame)
            if wanted:
                self._wake(code, frame)
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def _watch(self, code: CodeType, frame: FrameType) -> None:
        """An exception goes into ``frame``: those that wait for it run until it yields."""
        woken = self._thread.woken
        last = woken[-1] if woken else _Woken(0, [])
        nearest = last.frames[0][0].frame_id if last.frames else 0
        if nearest == _frame_id(frame):  # the frame that ran in its place has ended
            last.frames.pop(0)
            last.frame_id = _frame_id(frame)
            return
        found = []
        back = frame.f_back
        while back is not None and back.f_code.co_flags & SUSPENDS and _frame_id(back) != last.frame_id:
            if _frame_id(back) == nearest:
                last.frame_id = _frame_id(frame)
                self._watch_yields(code)
                break
            asleep = self._asleep.pop(_frame_id(back), None)
            if asleep is not None:
                site = self._sites[id(back.f_code)][1]
                assert site is not None
                found.append((asleep, site))
            back = back.f_back
        if found:
            self._wake_for(frame, code, found)

    def _wake_for(self, frame: FrameType, code: CodeType, found: list[tuple[_Open, Site]]) -> None:
        thread = self._thread
        for each, _ in reversed(found):
            thread.open.append(each)
            if each.owns:
                each.sink.resume(each.call, None)
        thread.woken = [each for each in thread.woken if each.frames and each.frames[0][0] in thread.open]
        thread.woken.append(_Woken(_frame_id(frame), found))
        self._watch_yields(code)

    def _watch_yields(self, code: CodeType) -> None:
        known = self._sites.get(id(code))
        if known is None or known[1] is None:
            self._watched.append(code)
            _monitoring.set_local_events(self._tool, code, _monitoring.events.PY_YIELD)

    def _resumed(self, code: CodeType, offset: int) -> None:
        try:
            known = self._sites.get(id(code))
            if known is None or known[1] is None:
                return
            self._wake(code, _getframe(1))
        except BaseException as problem:
            if self._withdraw(problem):
                raise

    def _wake(self, code: CodeType, frame: FrameType) -> None:
        flags = self._thread.flags
        if flags.expected is code:
            flags.expected, flags.expected_call = None, None
        found = self._asleep.get(_frame_id(frame))
        if found is not None:
            self._thread.open.append(found)
            if found.owns:
                found.sink.resume(found.call, None)
            del self._asleep[_frame_id(frame)]

    def _line(self, code: CodeType, line_number: int) -> None:
        try:
            frame = _getframe(1)
            found = self._top(frame)
            if found is not None:
                if found.changes is None:
                    found.changes = LocalChanges()
                changes = found.changes.of(frame, found.sink, found.call) if self._line_values else {}
                found.sink.line(found.call, line_number, changes)
        except BaseException as problem:
            if self._withdraw(problem):
                raise


monitoring_backend = MonitoringBackend()
