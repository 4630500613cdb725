"""`FunctionTracer`: what a test enters to record the calls made in a block."""

from __future__ import annotations

__all__ = ["FunctionTracer"]

import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Literal, Self

from snapy_instrument.backends.base import FrameOptions
from snapy_instrument.backends.choose import Choice, check_backend
from snapy_instrument.backends.frames.settrace import SettraceBackend
from snapy_instrument.backends.hook.hook import hooked_filter
from snapy_instrument.backends.session import Run
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.filters import ModuleFilter
from snapy_instrument.recording.hot_path import new_ids
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import Site
from snapy_instrument.trace.selection import Exclusion
from snapy_instrument.trace.text.scrubbers import Scrub
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.tracers.readers import TraceReaders

_SCOPES = ("process", "context")
_clock = time.perf_counter

Patterns = Iterable[str | re.Pattern[str]] | str


class FunctionTracer(TraceReaders):
    """Records the calls made inside a ``with`` block.

    Calls of proxied functions (see `install_hook` and `traced`) and, by a frame backend, of functions that no
    proxy covers; each call once. A tracer may be entered again after its block ended; events add up.

    Args:
        filter_modules: Include and ``!exclude`` patterns, see `ModuleFilter`. None means what the installed
            hooks match, or without a hook *your code*: not the standard library, not site-packages.
        include: The same by its short name, which counts where both are given.
        exclude: Patterns of what is not recorded, whatever includes it: names of modules and full names of
            functions, ``"shop.db.*"``, ``"shop.audit"``. What it calls is recorded.
        detail_level: "minimal", "standard" (alias "detailed") or "verbose"; what `format_trace` shows. Verbose
            also records what generators hand out and the locals that each traced line changed.
        detail: The same by its short name, which counts where both are given.
        backend: "auto", "proxy" (proxied functions alone), or a frame backend by name.
        trace_lines: Also record a line event for each line run.
        scope: "process" records all threads; "context" the thread or task that enters the tracer and the
            threads and tasks started from it.
        max_events: Recording stops, with a marker in the trace, when that many events are held.
        limits: How much of each value is kept.
        redactor: What is hidden in values, in place of the defaults.
        root: Folder that paths are shown relative to, as ``<root>``; the working directory by default.
        max_depth, collapse, float_digits, scrub: How the text is told, see `Trace`; all is recorded nevertheless.

    Attributes:
        backend_choice: The frame backend used since the tracer was last entered, with the reason in a sentence.

    Raises:
        ValueError: An option or a pattern is malformed.
    """

    def __init__(
        self,
        filter_modules: Patterns | None = None,
        *,
        include: Patterns | None = None,
        exclude: Patterns | None = None,
        detail_level: str = "standard",
        detail: str | None = None,
        backend: str = "auto",
        trace_lines: bool = False,
        scope: Literal["process", "context"] = "process",
        max_events: int | None = None,
        limits: Limits | None = None,
        redactor: Redactor | None = None,
        root: str | None = None,
        max_depth: int | None = None,
        collapse: Patterns = (),
        float_digits: int | None = None,
        scrub: Scrub = (),
    ) -> None:
        self.filter_modules = _as_list(filter_modules if include is None else include)
        self.filter = ModuleFilter(self.filter_modules) if self.filter_modules else None
        self._left_out = Exclusion(exclude) if exclude else None
        self._text = TextOptions(
            detail=detail_level if detail is None else detail,
            root=root,
            max_depth=max_depth,
            collapse=collapse,
            float_digits=float_digits,
            scrub=scrub,
        )
        self.detail_level = self._text.detail
        self.trace_lines = trace_lines
        self.scope = _one_of("scope", scope, _SCOPES)
        self.max_events = _positive("max_events", max_events)
        self.backend = check_backend(backend)
        self.backend_choice: Choice | None = None
        self._capture = Capture(limits or Limits(), redactor)
        self._ids = new_ids()
        self._recorder: Recorder | None = None
        self._past: list[Recorder] = []
        self._run: Run | None = None
        self._manual: SettraceBackend | None = None
        self._traced_seconds = 0.0
        self._entered_at: float | None = None
        self._contexts = 0
        self._cleaned = False

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
        """Calls are being recorded."""
        return self._entered_at is not None

    def _begin(self) -> Self:
        """Start, or if that is interrupted, stop."""
        self._check_usable()
        if self.active:
            raise TraceError("this tracer is already recording: leave its block first, or use a second tracer")
        self._end()  # what an interruption left
        held = len(self._past)
        try:
            self._recorder = self._new_recorder()
            verbose = self.detail_level == "verbose"
            options = FrameOptions(self.trace_lines, self.trace_lines and verbose)
            self._run = Run(self._recorder, self.backend, options)
            self._entered_at = _clock()
            self._run.start()
            self.backend_choice = self._run.choice
            return self
        except BaseException:
            self._end()
            del self._past[held:]
            raise

    def _end(self) -> None:
        """Stop; a second call does what is left to do if the first was interrupted."""
        try:
            self._stop()
        except BaseException:
            self._stop()
            raise

    def _stop(self) -> None:
        if self._run is not None:
            self._run.stop()
            if self._entered_at is not None:
                self._traced_seconds += _clock() - self._entered_at
                self._entered_at = None
            self._keep()
            self._run = None

    def _keep(self) -> None:
        """Close the recorder and keep it: its events are made when somebody reads them."""
        recorder = self._recorder
        if recorder is not None:
            recorder.close()
            if not any(each is recorder for each in self._past):
                self._past.append(recorder)
            self._recorder = None

    def _new_recorder(self) -> Recorder:
        chosen, left_out = self.filter or hooked_filter() or ModuleFilter(), self._left_out

        def accepts(site: Site) -> bool:
            if left_out is not None and left_out.hits(site.module, site.qualname):
                return False
            if site.forced:
                return not chosen.excludes(site.module, site.qualname)
            return chosen.matches(site.module, site.qualname, site.filename)

        return Recorder(
            accepts,
            self._capture,
            scope=self.scope,
            max_events=self.max_events,
            suspensions=self.detail_level == "verbose",
            ids=self._ids,
            decision_key=(chosen, left_out),
            **self._recorder_options(),
        )

    def _recorder_options(self) -> dict[str, Any]:
        return {}

    def _check_usable(self) -> None:
        if self._cleaned:
            raise TraceError("this tracer was cleaned up and holds nothing any more: make a new one")

    def trace_function(self, frame: FrameType, event: str, arg: Any) -> Any:
        """A trace function for ``sys.settrace``, for who wants to set it by hand; `get_events` has the result."""
        self._check_usable()
        if self._manual is None:
            self._recorder = self._recorder or self._new_recorder()
            self._manual = SettraceBackend()
            self._manual.adopt(self._recorder, FrameOptions(self.trace_lines))
        return self._manual.trace_function(frame, event, arg)

    @contextmanager
    def trace_context(self, name: str) -> Iterator[Self]:
        """Record the block, its calls carrying the task name ``name``; enters the tracer if nobody did."""
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

    def cleanup(self) -> None:
        """Stop recording and drop everything; the tracer cannot be used again. A second call does nothing."""
        if self.active:
            self._end()
        if self._manual is not None and sys.gettrace() == self.trace_function:
            sys.settrace(None)
        self._recorder, self._manual, self._past, self._trace = None, None, [], None
        self._capture.forget()
        self._cleaned = True

    @property
    def events(self) -> list[CallEvent]:
        """The events so far, oldest first."""
        self._check_usable()
        return [event for recorder in self._recorders() for event in recorder.events()]

    def stream_events(self) -> Iterator[CallEvent]:
        """The events so far, oldest first, each made when it is asked for: memory stays flat, however many."""
        self._check_usable()
        for recorder in self._recorders():
            yield from recorder.stream()

    def _recorders(self) -> list[Recorder]:
        return [*self._past, *([] if self._recorder is None else [self._recorder])]

    @property
    def call_stack(self) -> list[CallEvent]:
        """The calling thread's open calls, outermost first."""
        self._check_usable()
        return [] if self._recorder is None else self._recorder.open_calls()

    @property
    def _text_options(self) -> TextOptions:
        return self._text

    def _seconds_traced(self) -> float:
        return self._traced_seconds + (_clock() - self._entered_at if self._entered_at is not None else 0.0)

    def _described(self, value: Any) -> Any:
        return self._capture.value(value)

    def __repr__(self) -> str:
        if self._cleaned:
            return f"<{type(self).__name__} cleaned up>"
        # A finished tracer is its trace, so `assert tracer == snapshot` stores the text.
        return f"<{type(self).__name__} recording>" if self.active else self.format_trace()


def _as_list(patterns: Patterns | None) -> list[str | re.Pattern[str]]:
    if patterns is None:
        return []
    return [*patterns.split()] if isinstance(patterns, str) else list(patterns)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{name}={value!r} is not one of {', '.join(map(repr, allowed))}")
    return value


def _positive(name: str, value: int | None) -> int | None:
    if value is not None and (type(value) is not int or value < 1):
        raise ValueError(f"{name}={value!r} must be a whole number of at least 1")
    return value
