"""`FunctionTracer`: what a test enters to record the calls made in a block."""

from __future__ import annotations

__all__ = ["FunctionTracer"]

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType, TracebackType
from typing import Any, Self, Unpack

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._patterns import Patterns
from snapy_instrument.backends.base import FrameOptions
from snapy_instrument.backends.choose import Choice
from snapy_instrument.backends.frames.settrace import SettraceBackend
from snapy_instrument.backends.hook.hook import hooked_filter
from snapy_instrument.backends.session import Run
from snapy_instrument.capture.capture import Capture, NoCapture
from snapy_instrument.contrib import known_libraries  # noqa: F401 - registers what describes their objects
from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.filters import ModuleFilter
from snapy_instrument.recording.hot_path import new_ids
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import Site
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.tracers.readers import TraceReaders
from snapy_instrument.tracers.reasons import MOST_REFUSED, empty_reasons, function_reasons, parted, refused_with
from snapy_instrument.tracers.tracer_options import TracerOptions, TracerOptionsDict, options_of, spell_options

keep_builtins(globals())

# Tools that freeze time replace its functions in all modules, not in a partial.
_clock = partial(time.perf_counter)


class FunctionTracer(TraceReaders):
    """A tracer that records the calls made inside a ``with`` block.

    It records proxied functions (see `install_hook` and `traced`) and, by a frame backend, functions without a proxy;
    each call once. A tracer may be entered again after its block: events add up.

    Args:
        patterns: What is recorded, see ``include`` of `TracerOptions`.
        options: Options that several tracers share.
        changes: Arguments of `TracerOptions` by name; they replace those of ``options``. ``filter_modules`` and
            ``detail_level`` are other names of ``include`` and ``detail``.

    Attributes:
        options: The options, checked.
        backend_choice: The frame backend used since the tracer was last entered, with the reason in a sentence.

    Raises:
        TypeError: There is no option of that name; the message names it and those that there are.
        ValueError: An option or a pattern is malformed; the message names it.
    """

    @spell_options
    def __init__(
        self,
        patterns: Patterns | None = None,
        *,
        options: TracerOptions | None = None,
        **changes: Unpack[TracerOptionsDict],
    ) -> None:
        self.options = options_of(patterns, options, changes)
        self.backend_choice: Choice | None = None
        capture = NoCapture if self.detail_level == "minimal" else Capture
        self._capture = capture(self.options.limits, self.options.redactor, self.options.frames)
        self._ids = new_ids()
        self._recorder: Recorder | None = None
        self._past: list[Recorder] = []
        self._run: Run | None = None
        self._manual: SettraceBackend | None = None
        self._traced_seconds = 0.0
        self._entered_at: float | None = None
        self._contexts = 0
        self._cleaned = False

    @property
    def filter_modules(self) -> list[str | re.Pattern[str]]:
        """The patterns of ``include``; empty where there are none."""
        return list(self.options.include)

    @property
    def filter(self) -> ModuleFilter | None:
        """The filter made of ``include``; None where there are no patterns."""
        return self.options.filter

    @property
    def detail_level(self) -> str:
        """The level of the text: "minimal", "standard" or "verbose"."""
        return self.options.text.detail

    @property
    def backend(self) -> str:
        """The name of the backend that the tracer was made with; `backend_choice` has the one that is used."""
        return self.options.backend

    def __enter__(self) -> Self:
        return self._begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def active(self) -> bool:
        """Whether calls are being recorded."""
        return self._run is not None

    def _begin(self) -> Self:
        self._check_usable()
        if self.active:
            raise TraceError("this tracer is already recording: leave its block first, or use a second tracer")
        self._keep()  # where the last end was interrupted
        lines, verbose = self.options.trace_lines, self.detail_level == "verbose"
        try:
            self._recorder = self._new_recorder()
            self._run = Run(self._recorder, self.options.backend, FrameOptions(lines, lines and verbose))
            self._run.start()
            self.backend_choice = self._run.choice
            # After the start and before the stop: what these take is no time of the program.
            self._entered_at = _clock()
            return self
        except BaseException:
            self._end()
            raise

    def _end(self) -> None:
        """Stop recording. Interrupted by a signal handler, stop all the same and raise its exception."""
        try:
            self._stop()
        finally:
            self._stop()  # what an interruption left to do; else nothing

    def _stop(self) -> None:
        if self._entered_at is not None:
            self._traced_seconds += _clock() - self._entered_at
            self._entered_at = None
        if self._run is not None:
            self._run.stop()
            self._run = None
        self._keep()

    def _keep(self) -> None:
        """Close the recorder and keep it; its events are made when somebody reads them."""
        recorder = self._recorder
        if recorder is not None:
            recorder.close()
            if not any(each is recorder for each in self._past):
                self._past.append(recorder)
            self._recorder = None

    def _chosen(self) -> ModuleFilter:
        """Return the filter that chooses the functions: the patterns, else what the hooks match, else your code."""
        return self.options.filter or hooked_filter() or ModuleFilter()

    def _new_recorder(self) -> Recorder:
        chosen, options = self._chosen(), self.options

        refused = refused_with((chosen, options.exclude))

        def accepts(site: Site) -> bool:
            if options.leaves_out(site.module, site.qualname):
                return False
            if site.forced:
                return not chosen.excludes(site.module, site.qualname)
            if chosen.matches(site.module, site.qualname, site.filename):
                return True
            if len(refused) < MOST_REFUSED:
                refused.add((site.module, site.qualname, site.filename))
            return False

        return Recorder(
            accepts,
            self._capture,
            scope=options.scope,
            max_events=options.max_events,
            suspensions=self.detail_level == "verbose",
            ids=self._ids,
            decision_key=(chosen, options.exclude),
            **self._recorder_options(),
        )

    def _recorder_options(self) -> dict[str, Any]:
        return {}

    def _check_usable(self) -> None:
        if self._cleaned:
            raise TraceError("this tracer was cleaned up and holds nothing any more: make a new one")

    def trace_function(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Record an event of ``sys.settrace``: a trace function that you can set yourself.

        ``get_events`` returns what it recorded.
        """
        self._check_usable()
        if self._manual is None:
            self._recorder = self._recorder or self._new_recorder()
            self._manual = SettraceBackend()
            self._manual.adopt(self._recorder, FrameOptions(self.options.trace_lines))
        return self._manual.trace_function(frame, event, arg)

    @contextmanager
    def trace_context(self, name: str) -> Iterator[Self]:
        """Record the calls of a block with the task name ``name``; enter the tracer unless it is active."""
        enters = not self.active
        try:
            if enters:
                self._contexts = 1
                self._begin()
            elif self._contexts:
                self._contexts += 1
            recorder = self._recorder
            assert recorder is not None
            with recorder.labelled(name):
                yield self
        finally:
            if self._contexts:
                self._contexts -= 1
                if not self._contexts:
                    self._end()

    def why_not(self, function: str) -> str:
        """Return why calls of ``function``, ``"shop.orders:Cart.add"``, are recorded or not, in one line.

        It says which pattern or rule includes or excludes it, whether its module is imported and has it, and whether a
        hook wrapped it; ``hook.report().why_not`` says that alone.
        """
        module, qualname = parted(function)
        if self.options.leaves_out(module, qualname):
            return f"{module}:{qualname} is left out: the option exclude matches it"
        return function_reasons(module, qualname, self._chosen(), self._sees_plain_calls())

    def why_empty(self) -> str:
        """Return why nothing was recorded, with what to change; nothing if calls were recorded."""
        if any(event.event_type == "call" for event in self.stream_events()):
            return ""
        if not self._recorders():
            return "the tracer was never entered"
        chosen = self._chosen()
        return "; ".join(empty_reasons(chosen, refused_with((chosen, self.options.exclude))))

    def _sees_plain_calls(self) -> str:
        if self.backend == "proxy":
            return "backend='proxy' records calls of proxies alone"
        if self.backend_choice is None:
            return "a frame backend sees its calls while the tracer records"
        return self.backend_choice.reason

    def cleanup(self) -> None:
        """Stop recording and drop everything; the tracer cannot be used again. A second call does nothing."""
        if self.active:
            self._end()
        if self._manual is not None and sys.gettrace() == self.trace_function:
            sys.settrace(None)
        self._recorder, self._manual, self._past = None, None, []
        self._trace = self._trace_state = None
        self._capture.forget()
        self._cleaned = True

    @property
    def events(self) -> list[CallEvent]:
        """The events so far, oldest first."""
        self._check_usable()
        return [event for recorder in self._recorders() for event in recorder.events()]

    def stream_events(self) -> Iterator[CallEvent]:
        """Yield the events so far, oldest first; each is made when it is read, so memory stays flat."""
        self._check_usable()
        for recorder in self._recorders():
            yield from recorder.stream()

    def _tables(self) -> EventTables:
        tables = EventTables()
        for recorder in self._recorders():
            recorder.add_to(tables)
        return tables

    def _state(self) -> object:
        self._check_usable()
        return [(recorder, len(recorder)) for recorder in self._recorders()]

    def _recorders(self) -> list[Recorder]:
        return [*self._past, *([] if self._recorder is None else [self._recorder])]

    @property
    def call_stack(self) -> list[CallEvent]:
        """The open calls of the calling thread, outermost first."""
        self._check_usable()
        return [] if self._recorder is None else self._recorder.open_calls()

    @property
    def _text_options(self) -> TextOptions:
        return self.options.text

    def _seconds_traced(self) -> float:
        return self._traced_seconds + (_clock() - self._entered_at if self._entered_at is not None else 0.0)

    def _described(self, value: Any) -> Any:
        return self._capture.value(value)

    def __repr__(self) -> str:
        if self._cleaned:
            return f"<{type(self).__name__} cleaned up>"
        # A finished tracer is its trace, so `assert tracer == snapshot` stores the text.
        return f"<{type(self).__name__} recording>" if self.active else self.format_trace()
