"""Who holds a tool id of `sys.monitoring`, and which events are on (Python 3.12 and later).

While a tracer uses the frame backend, PY_START is on everywhere. Code that no tracer wants is disabled at its first
call and runs at full speed from then on; code that is wanted gets local events. Disabling outlasts a tool id, so code
disabled for one tracer is woken for the next by changing its local events while no global event is set: that touches
nobody else's events, as ``sys.monitoring.restart_events`` would.

For tracers that use proxies alone, only the code objects of hooked generators, coroutines and async generators have
events, local ones. PY_UNWIND and PY_THROW cannot be local before 3.15; they are global while any code has events, and
cost an unwanted frame one lookup when an exception leaves it.
"""

from __future__ import annotations

__all__ = ["MonitoringBackend", "monitoring_backend"]

import weakref
from types import CodeType, FrameType

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import monitoring as _monitoring
from snapy_instrument.backends.base import Capabilities, FrameOptions, argument_picker, gives_values, wanted_site
from snapy_instrument.backends.frames.monitoring.callbacks import FrameCallbacks, Known
from snapy_instrument.backends.proxy.suspendable import SUSPENDS, suspendable_code
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import Sink, changing, proxied, sink_of
from snapy_instrument.recording.sites import Site

keep_builtins(globals())

# 0, 1, 2 and 5 have names (debugger, coverage, profiler, optimizer); the others come first.
_TOOL_IDS = (4, 3, 2, 0, 5)
_NAME = "snapy_instrument"


class MonitoringBackend:
    """See the module. One instance serves the process: `monitoring_backend`."""

    name = "monitoring"
    capabilities = Capabilities(frames=True, lines=True, special_methods=True, needs_slot=False)

    def __init__(self) -> None:
        self._users: dict[Recorder, FrameOptions] = {}
        self._sink: Sink | None = None
        self._step_lines = FrameOptions()
        self._lines = False
        self._tool: int | None = None
        self._known: dict[int, Known] = {}
        # Code that has local events, by id.
        self._local: dict[int, CodeType] = {}
        self._disabled: dict[int, weakref.ref[CodeType]] = {}
        self._disabled_for: object = None
        self._callbacks = FrameCallbacks(self._decide, self._watch_yields)

    @property
    def running(self) -> bool:
        """A tracer uses it for frames now."""
        return bool(self._users)

    def unavailable(self) -> str | None:
        """Return why it cannot start now, in a sentence; None if it can."""
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
            self._refresh()

    def stop(self, recorder: Recorder) -> None:
        """See `FrameBackend`."""
        with changing.lock:
            self._users.pop(recorder, None)
            proxied.unframe(recorder)
            self._refresh()

    def refresh(self, lines: FrameOptions) -> None:
        """See `StepBackend`."""
        with changing.lock:
            self._step_lines = lines
            self._refresh()

    def follow(self, code: CodeType, site: Site) -> None:
        """See `StepBackend`: a hooked suspendable function is called for the first time."""
        with changing.lock:
            if not self._wants(site):
                return
            if self._tool is None or id(code) in self._disabled or id(code) in self._known:
                self._refresh()
            else:
                self._follow(code, site)

    def _refresh(self) -> None:
        """Decide anew, for the tracers that are active now, which code has events."""
        self._pause()
        before = self._forget_decisions()
        self._sink = sink_of(tuple(self._users))
        asked = [*self._users.values(), self._step_lines]
        self._lines = any(options.lines for options in asked)
        self._callbacks.line_values = any(options.line_values for options in asked)
        wanted = [(code, site) for code, site in suspendable_code if self._wants(site)]
        if self._users or wanted:
            self._take_tool()
            if self._users or any(id(code) in self._disabled for code, _ in wanted):
                self._wake_disabled()
            for code, site in wanted:
                self._follow(code, site)
            self._keep(before)
            self._go_on()
        elif not proxied.recorders:
            self._give_back()

    # -- tool and events ----------------------------------------------------------------------------------

    def _free_tool(self) -> int | None:
        return next((each for each in _TOOL_IDS if _monitoring.get_tool(each) is None), None)

    def _take_tool(self) -> None:
        if self._tool is None:
            tool = self._tool = self._free_tool()
            if tool is None:
                raise ValueError(self.unavailable())
            _monitoring.use_tool_id(tool, _NAME)

    def _pause(self) -> None:
        if self._tool is not None and _monitoring.get_tool(self._tool) != _NAME:
            self._tool = None  # interrupted while it was taken or given back
        if self._tool is not None:
            _monitoring.set_events(self._tool, 0)

    def _go_on(self) -> None:
        events = _monitoring.events
        for name, callback in self._callbacks.by_event.items():
            _monitoring.register_callback(self._tool, getattr(events, name), callback)
        everywhere = events.PY_UNWIND | events.PY_THROW
        if self._users:
            everywhere |= events.PY_START
        _monitoring.set_events(self._tool, everywhere)

    def _give_back(self) -> None:
        self._callbacks.forget_frames()
        if self._tool is not None:
            for name in self._callbacks.by_event:
                _monitoring.register_callback(self._tool, getattr(_monitoring.events, name), None)
            _monitoring.free_tool_id(self._tool)
            self._tool = None

    def _forget_decisions(self) -> dict[int, Known]:
        """New tracers, new decisions; code that had local events loses them. Return the old decisions."""
        if self._tool is not None:
            for code in self._local.values():
                _monitoring.set_local_events(self._tool, code, 0)
        self._local = {}
        before, self._known = self._known, {}
        self._callbacks.use(self._known)
        return before

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

    # -- decisions on code --------------------------------------------------------------------------------

    def _wants(self, site: Site) -> bool:
        return any(recorder.accepts(site) for recorder in proxied.recorders)

    def _follow(self, code: CodeType, site: Site) -> None:
        """Record the calls of a hooked suspendable function for all tracers: each of them uses proxies."""
        pick = argument_picker(site)
        self._known[id(code)] = Known(code, site, proxied.sink, True, True, gives_values(code), pick)
        self._set_local_events(code)

    def _keep(self, before: dict[int, Known]) -> None:
        """Keep the events of code that is still wanted: frames of it may be open, and would end unheard."""
        for code, site, *_ in before.values():
            if site is not None and id(code) not in self._known and any(each.accepts(site) for each in self._users):
                self._record(code, site)

    def _decide(self, code: CodeType, frame: FrameType) -> Known:
        """Decide on code that runs for the first time while a tracer uses the frame backend."""
        site = wanted_site(code, frame.f_globals, tuple(self._users))
        if site is not None:
            return self._record(code, site)
        known = self._known[id(code)] = Known(code, None)
        self._disabled[id(code)] = weakref.ref(code)
        return known

    def _record(self, code: CodeType, site: Site) -> Known:
        suspends = bool(code.co_flags & SUSPENDS)
        known = Known(code, site, self._sink, False, suspends, gives_values(code), argument_picker(site))
        self._known[id(code)] = known
        self._set_local_events(code)
        return known

    def _set_local_events(self, code: CodeType) -> None:
        events = _monitoring.events
        local: int = events.PY_START | events.PY_RETURN
        if code.co_flags & SUSPENDS:
            local |= events.PY_YIELD | events.PY_RESUME
        if self._lines:
            local |= events.LINE
        self._local[id(code)] = code
        _monitoring.set_local_events(self._tool, code, local)

    def _watch_yields(self, code: CodeType) -> None:
        if id(code) not in self._local:
            self._local[id(code)] = code
            _monitoring.set_local_events(self._tool, code, _monitoring.events.PY_YIELD)


monitoring_backend = MonitoringBackend()
