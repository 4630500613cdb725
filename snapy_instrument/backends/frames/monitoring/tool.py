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
        # The recorders that decide on code; replaced together with `_known`, by which a decision knows that they have
        # not changed meanwhile, in another thread.
        self._recorders: tuple[Recorder, ...] = ()
        # Code that has local events, by id.
        self._local: dict[int, CodeType] = {}
        # Weak: code that the program drops does not live longer for having been disabled.
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
            recorder.want_lines(options.lines, options.line_values)
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
        """Decide anew, for the tracers that are active now, which code has events.

        Other threads run meanwhile. Code that stays wanted keeps its events: its frames may be open.
        """
        self._recorders = tuple(self._users)
        self._sink = sink_of(self._recorders)
        asked = [*self._users.values(), self._step_lines]
        lines = any(options.lines for options in asked)
        changed, self._lines = lines is not self._lines, lines
        self._callbacks.line_values = any(options.line_values for options in asked)
        hooked = [(code, site) for code, site in suspendable_code if self._wants(site)]
        if self._tool is not None and _monitoring.get_tool(self._tool) != _NAME:
            self._tool = None  # interrupted while it was taken or given back
            self._local = {}
        if self._users or hooked:
            # In this order: decisions are there before the first event asks for one, and disabled code is woken while
            # PY_START is off; `_go_on` sets it last.
            self._take_tool()
            self._use(self._decisions(hooked))
            self._give_events(anew=changed)
            if self._users or any(id(code) in self._disabled for code, _ in hooked):
                self._wake_disabled()
            self._go_on()
        else:
            if self._tool is not None:
                # Global events first: from here on no callback decides on new code.
                _monitoring.set_events(self._tool, 0)
            self._use({})
            self._give_events(anew=False)
            if not proxied.recorders:
                self._give_back()

    def _decisions(self, hooked: list[tuple[CodeType, Site]]) -> dict[int, Known]:
        """Return what is decided without a look at a frame: on hooked code, and on code that stays wanted."""
        decided = {id(code): self._hooked(code, site) for code, site in hooked}
        for code, site, *_ in list(self._known.values()):
            if site is not None and id(code) not in decided and any(each.accepts(site) for each in self._recorders):
                decided[id(code)] = self._wanted(code, site)
        return decided

    def _use(self, decisions: dict[int, Known]) -> None:
        self._known = decisions
        self._callbacks.use(decisions)

    def _give_events(self, *, anew: bool) -> None:
        """Take the local events of code that nobody wants; give wanted code its own where it has none, or ``anew``."""
        wanted = {key: known.code for key, known in list(self._known.items()) if known.site is not None}
        for key, code in list(self._local.items()):
            if key not in wanted:
                self._local.pop(key, None)
                if self._tool is not None:
                    _monitoring.set_local_events(self._tool, code, 0)
        for key, code in wanted.items():
            if anew or key not in self._local:
                self._set_local_events(self._known, code)

    # -- tool and events ----------------------------------------------------------------------------------

    def _free_tool(self) -> int | None:
        return next((each for each in _TOOL_IDS if _monitoring.get_tool(each) is None), None)

    def _take_tool(self) -> None:
        if self._tool is None:
            tool = self._tool = self._free_tool()
            if tool is None:
                raise ValueError(self.unavailable())
            _monitoring.use_tool_id(tool, _NAME)

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

    def _wake_disabled(self) -> None:
        wanted = frozenset(recorder.decision_key for recorder in self._users)
        key = (self._tool, wanted)
        # A tracer that is entered a thousand times with the same patterns wakes the code once.
        if key == self._disabled_for:
            return
        # Code wakes by a change of its local events while no global event asks for its start. Code that is wanted has a
        # local event for that, so it is recorded meanwhile.
        _monitoring.set_events(self._tool, _monitoring.events.PY_UNWIND | _monitoring.events.PY_THROW)
        disabled, self._disabled = self._disabled, {}
        for number, reference in list(disabled.items()):
            code = reference()
            if code is not None and number in self._local:
                self._set_local_events(self._known, code, again=True)
            elif code is not None:
                try:
                    _monitoring.set_local_events(self._tool, code, _monitoring.events.PY_RETURN)
                finally:
                    _monitoring.set_local_events(self._tool, code, 0)
        self._disabled_for = key

    # -- decisions on code --------------------------------------------------------------------------------

    def _wants(self, site: Site) -> bool:
        return any(recorder.accepts(site) for recorder in proxied.recorders)

    def _hooked(self, code: CodeType, site: Site) -> Known:
        """Return the decision to record a hooked suspendable function for all tracers: each of them uses proxies."""
        return Known(code, site, proxied.sink, True, True, gives_values(code), argument_picker(site))

    def _wanted(self, code: CodeType, site: Site) -> Known:
        """Return the decision to record the frames of ``code`` for the tracers that use the frame backend."""
        suspends = bool(code.co_flags & SUSPENDS)
        return Known(code, site, self._sink, False, suspends, gives_values(code), argument_picker(site))

    def _follow(self, code: CodeType, site: Site) -> None:
        decisions = self._known
        decisions[id(code)] = self._hooked(code, site)
        self._set_local_events(decisions, code)

    def _decide(self, decisions: dict[int, Known], code: CodeType, frame: FrameType) -> Known:
        """Decide on code that runs for the first time while a tracer uses the frame backend."""
        recorders = self._recorders
        site = wanted_site(code, frame.f_globals, recorders)
        known = Known(code, None) if site is None else self._wanted(code, site)
        if self._known is not decisions or self._recorders is not recorders:
            return Known(code, None)  # meanwhile a tracer was started or stopped; the next call decides
        decisions[id(code)] = known
        if site is None:
            self._disabled[id(code)] = weakref.ref(code)
        else:
            self._set_local_events(decisions, code)
        return known

    def _set_local_events(self, decisions: dict[int, Known], code: CodeType, *, again: bool = False) -> None:
        events = _monitoring.events
        local: int = events.PY_START | events.PY_RETURN
        if code.co_flags & SUSPENDS:
            local |= events.PY_YIELD | events.PY_RESUME
        if self._lines:
            local |= events.LINE
        # Events that do not change wake nothing.
        if again:
            _monitoring.set_local_events(self._tool, code, 0)
        key, tool, set_local_events = id(code), self._tool, _monitoring.set_local_events
        # No lock: this thread may hold one that a thread which starts a tracer waits for. From this look to the call of
        # a C function no other thread runs.
        if self._known is decisions and tool is not None:
            self._local[key] = code
            set_local_events(tool, code, local)

    def _watch_yields(self, code: CodeType) -> None:
        key, tool, set_local_events = id(code), self._tool, _monitoring.set_local_events
        if key not in self._local and tool is not None:
            self._local[key] = code
            set_local_events(tool, code, _monitoring.events.PY_YIELD)


monitoring_backend = MonitoringBackend()
