"""The recorder: turns what backends see into one balanced, bounded list of events.

Backends call `enter` when a call begins and hand the token it returns to `leave` or `fail` (and, for
generators and coroutines, `suspend` and `resume`). Nothing here raises into the traced program: what goes wrong
inside is counted and told by a marker at the end of the trace.
"""

from __future__ import annotations

__all__ = ["AWAITING", "Recorder"]

import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Token
from functools import partial
from itertools import count
from types import TracebackType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._gc_pause import uncollected
from snapy_instrument._thread_flags import thread_flags
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.capture.redaction.names import Secrecy
from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.recording.exceptions import Passing, Seen, seen_exception, traceback_of
from snapy_instrument.recording.hot_path import Core, Plan, new_ids
from snapy_instrument.recording.lanes import Context
from snapy_instrument.recording.memory import memory_at
from snapy_instrument.recording.records import Record, call_event_of, event_of, is_open, rewrite_end
from snapy_instrument.recording.secret_lookups import look_up
from snapy_instrument.recording.sites import NO_DEFAULT, Site
from snapy_instrument.recording.spawns import (
    Origin,
    RecorderKey,
    Spawn,
    current_spawn,
    inside,
    running_spawn,
    thread_spawn,
)
from snapy_instrument.values import Struct

keep_builtins(globals())

# As in `hot_path`.
_clock = partial(time.perf_counter)
_get_ident = threading.get_ident
_inside = inside.get

_DESCRIPTORS = frozenset({"__get__", "__set__"})

AWAITING: Any = object()
"""What a coroutine hands out when it sleeps: nothing that a trace tells."""


class Recorder(Core):
    """Records the calls of accepted sites, one stack of open calls a thread.

    Args:
        accepts: Decides for each site, once.
        capture: Makes plain values of live ones.
        scope: "process" records every thread; "context" only the thread that made the recorder and the
            threads started from it.
        max_events: Recording stops, with a marker, when that many events are held.
        suspensions: Also record yield and resume events.
        ids: Where call ids come from; shared by recorders whose events make one trace.
        drain: Takes the oldest events whenever `drain_at` are held, so that memory stays flat.
        drain_at: Number of events held before `drain` is called.
        decision_key: Equal for recorders that accept the same sites.
    """

    def __init__(
        self,
        accepts: Callable[[Site], bool],
        capture: Capture,
        *,
        scope: str = "process",
        max_events: int | None = None,
        suspensions: bool = False,
        ids: Iterator[int] | None = None,
        drain: Callable[[list[CallEvent]], None] | None = None,
        drain_at: int = sys.maxsize,
        decision_key: Hashable = None,
    ) -> None:
        self._max_events = sys.maxsize if max_events is None else max_events
        self._passing = Passing()
        log: list[Record] = []
        self._use(
            log=log,
            plans={},
            local=threading.local(),
            ids=new_ids() if ids is None else ids,
            capture=capture,
            limit=min(self._max_events, drain_at),
            raised_below=self._passing.below,
            suspended={},
            suspensions=suspensions,
            forgets=drain is not None,
        )
        self._append: Callable[[Record], None] = log.append
        self.decision_key = accepts if decision_key is None else decision_key
        self.accepts = accepts
        self._drain = drain
        self._drained = 0
        self._drain_lock = threading.Lock()
        self._process_wide = scope == "process"
        self._home = _get_ident()
        self._contexts: dict[str, Context] = {}
        self.key = RecorderKey(self)
        # By call id: calls whose callers ended before them.
        self._dropped: dict[int, Record] = {}
        # By call id: what calls look up by the name of a secret; a native record keeps it itself.
        self._asked: dict[int, Lookup] = {}
        # Something was interrupted or failed: a call may be among the open ones though it was told to have ended.
        self._broke = False
        self._lost: dict[str, int] = {}
        self._full = False
        self._events: list[CallEvent] = []
        self._token: Token[frozenset[RecorderKey]] | None = None
        # While it is being closed: calls that still have no end.
        self._left: list[Record] | None = None

    # -- what backends call -------------------------------------------------------------------------------

    def describe(self, exception: BaseException, traceback: TracebackType | None) -> Seen:
        """``exception`` as plain data, for `fail_as`; ``traceback`` begins with the frame it arrived in."""
        try:
            info, value = self.capture.exception(exception)
            return seen_exception(exception, traceback, info, value)
        except Exception as problem:
            self._lose(problem)
            return Seen(id(exception), ExceptionInfo("Exception", ""), Struct("Exception", ()), ())

    def fail(self, call: Record, exception: BaseException) -> None:
        """The call is left by ``exception``."""
        try:
            self.fail_as(call, self.describe(exception, traceback_of(exception)))
        except BaseException as problem:
            if self._broken_off(problem, call):
                raise

    def fail_as(self, call: Record, seen: Seen) -> None:
        """The call is left by the exception that `describe` saw."""
        try:
            _expect_nothing()
            self._suspended.pop(call[3], None)  # it sleeps, if waking it was interrupted
            self._pop(call)
            self._asked.pop(call[3], None)
            raised_in = self._passing.left(call[3], call[4], call[6].code, seen)
            now = _clock()
            self._append((EventType.EXCEPTION, now, self._memory, call, seen.value, seen.info, raised_in, True))
            self._append((EventType.RETURN, now, self._memory, call, None, seen.info, raised_in, True))
        except BaseException as problem:
            if self._broken_off(problem, call):
                raise

    def amend(self, call: Record, seen: Seen) -> None:
        """The exception that left ``call`` was another than told, ``seen``, which has arrived in the calling frame."""
        try:
            raised_in = self._passing.amend(call[3], call[4], call[6].code, seen)
            if raised_in is not None:
                rewrite_end(self._log, call, seen, raised_in)
        except Exception as problem:
            self._lose(problem)

    def suspend(self, call: Record, value: Any) -> None:
        """The generator or coroutine of ``call`` hands out ``value`` and sleeps; `AWAITING` is no value."""
        try:
            handed = self._suspensions and value is not AWAITING
            self._pop(call)
            self._suspended[call[3]] = (call, handed)
            if handed:
                captured = self.capture.value(value)
                self._append((EventType.YIELD, _clock(), self._memory, call, captured, None, None, True))
        except BaseException as problem:
            self._take_off(call)
            self._suspended.setdefault(call[3], (call, False))
            if self._broken_off(problem):
                raise

    def resume(self, call: Record, value: Any) -> None:
        """The generator or coroutine of ``call`` goes on in the calling thread, with ``value`` sent in."""
        suspended = None
        try:
            suspended = self._suspended.get(call[3])
            if suspended is None:
                return
            try:
                context: Context = self._local.context
            except AttributeError:
                context = self._new_context()
            del self._suspended[call[3]]
            context.stack.append(call)
            if suspended[1]:
                captured = self.capture.value(value)
                self._append((EventType.RESUME, _clock(), self._memory, call, captured, None, None, True))
        except BaseException as problem:
            sleeping = suspended or self._suspended.get(call[3])
            self._take_off(call)
            if sleeping is not None:
                self._suspended[call[3]] = sleeping
            if self._broken_off(problem):
                raise
            if self._suspended.pop(call[3], None) is not None:  # it goes on, as far as there is a context
                context = getattr(self._local, "context", None) or self._new_context()
                context.stack.append(call)

    def abandon(self, call: Record) -> None:
        """The generator of ``call`` was closed before it was exhausted."""
        try:
            self._suspended.pop(call[3], None)
            self._pop(call)
            self._passing.ended(call[3])
            self._asked.pop(call[3], None)
            self._append((EventType.RETURN, _clock(), self._memory, call, None, None, None, False))
        except BaseException as problem:
            if self._broken_off(problem, call):
                raise

    def settle(self, call: Record, *, begun: bool = True) -> None:
        """Who reports ``call`` was interrupted: it ends here, unless it has ended, sleeps, or never ``begun``."""
        self._broke = True
        try:
            _expect_nothing()
            if call[3] in self._suspended:
                return
            self._take_off(call)
            self._dropped.pop(call[3], None)
            if is_open(self._log, call, otherwise=begun):
                self._append((EventType.RETURN, _clock(), self._memory, call, None, None, None, False))
        except Exception as problem:
            self._lose(problem)

    def line(self, call: Record, line_number: int, changes: dict[str, Any]) -> None:
        """Line ``line_number`` of ``call`` is about to run; ``changes`` are captured locals."""
        if len(self._log) < self._limit or self._make_room():
            self._append((EventType.LINE, _clock(), self._memory, call, changes, None, line_number, True))

    def captured(self, call: Record | None, name: str, value: Any) -> Any:
        """``value`` of the local variable ``name``, as plain data."""
        return self.capture.value(value, self.capture.secrecy(name))

    def note(self, text: str) -> None:
        """Put ``text`` into the trace: something it cannot show."""
        self._marker(self._append, text)

    def wants(self, site: Site) -> bool:
        """Calls of ``site`` are recorded."""
        try:
            return self._plans[site] is not None
        except KeyError:
            return self._decide(site) is not None

    # -- tasks and threads --------------------------------------------------------------------------------

    def origin_here(self) -> Origin | None:
        """Where something that the calling thread starts now belongs; None if it is not recorded."""
        try:
            context: Context = getattr(self._local, "context", None) or self._new_context()
            if not (context.records or self._is_inside()):
                return None
            self._spawning = True
            stack, spawn = context.stack, current_spawn()
            inside = bool(stack) and stack[-1][14] is spawn
            parent_id = stack[-1][3] if inside else self._place(context, spawn)[0]
            return Origin(parent_id, next(self._ids))
        except Exception as problem:
            self._lose(problem)
            return None

    def begin_job(self, origin: Origin) -> Origin | None:
        """The calling thread, a worker, does a job that was handed in at ``origin``; gives what to end it with."""
        context: Context = getattr(self._local, "context", None) or self._new_context()
        before, context.origin = context.origin, origin
        context.records = True
        return before

    def end_job(self, origin: Origin | None) -> None:
        """The job is done."""
        self._local.context.origin = origin

    def _place(self, context: Context, spawn: Spawn | None) -> tuple[int | None, int, Origin | None]:
        """Parent, depth and origin of a call that is the first in its thread, task, callback or job."""
        origin, stack = None, context.stack
        if spawn is not None:
            if spawn.task is None:
                spawn.look_up_task()
            spawn = running_spawn(spawn)
            if not stack or stack[-1][14] is not spawn:  # else it is called in another context than its task's
                origin = spawn.origins.get(self.key)
        if stack:
            if origin is None:
                return stack[-1][3], stack[-1][5] + 1, None
        elif context.origin is not None and (origin is None or context.origin.spawn_id > origin.spawn_id):
            # A job runs in a copy of its task's context: the later start is the nearer one.
            origin = context.origin
        return (None, 0, None) if origin is None else (origin.parent_id, 0, origin)

    def _new_context(self) -> Context:
        ident = _get_ident()
        home = ident == self._home
        spawn = None if home else thread_spawn(ident)
        origin = None if spawn is None else spawn.origins.get(self.key)
        records = self._process_wide or origin is not None
        name = str(ident)
        context = Context(name, thread_flags(), home=home, origin=origin, records=records)
        self._local.context = context
        before = self._contexts.get(name)  # that of a thread which ended, for identifiers are given out again
        if before is not None and before.stack:
            self._contexts[f"{name} {id(before)}"] = before
        self._contexts[name] = context
        return context

    # -- the end ------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop: calls still open get a return that says so; whatever comes later is dropped."""
        if self.key.recorder is None:
            return
        self._closed = True
        self._append = _drop
        self._forget_plans()
        if self._left is None:
            open_calls = [call for context in self._contexts.values() for call in context.stack]
            open_calls.extend(call for call, _ in self._suspended.values())
            open_calls.extend(self._dropped.values())
            if self._broke:
                ended = {id(record[3]) for record in self._log if record[0] is EventType.RETURN}
                open_calls = [call for call in open_calls if id(call) not in ended]
            self._left = sorted(open_calls, key=lambda call: call[3])
        self._end_calls(self._left, self._log)
        self.flush()
        self._contexts.clear()
        self._suspended.clear()
        self._dropped.clear()
        self._raised_below.clear()
        self._asked.clear()
        self.key.recorder = None

    def _end_calls(self, left: list[Record], log: list[Record]) -> None:
        now = _clock()
        while left:
            # Interrupted between the two, it ended all the same.
            if not (log and log[-1][0] is EventType.RETURN and log[-1][3] is left[-1]):
                log.append((EventType.RETURN, now, self._memory, left[-1], None, None, None, False))
            left.pop()
        while self._lost:
            name = min(self._lost)
            text = f"{self._lost[name]} events lost inside the tracer: {name}"
            if not (log and log[-1][3] == text):
                self._marker(log.append, text)
            del self._lost[name]

    def forked(self) -> None:
        """The process is a copy: a thread that held the lock is not in it."""
        self._drain_lock = threading.Lock()

    def open_calls(self) -> list[CallEvent]:
        """The calling thread's open calls, outermost first."""
        context: Context | None = getattr(self._local, "context", None)
        return [] if context is None else [call_event_of(call) for call in context.stack]

    def enter_block(self) -> None:
        """The calling context, and what is started from it, belong to a recording of scope "context"."""
        self._token = inside.set(inside.get() | {self.key})

    def leave_block(self) -> None:
        """They do no more. A second call does nothing."""
        held, token = inside.get(), self._token
        if self.key not in held:
            return
        left = held - {self.key}
        if token is not None and left == (frozenset() if token.old_value is Token.MISSING else token.old_value):
            try:
                inside.reset(token)
                return
            except ValueError:  # left in another context than entered; both end with their owner
                pass
        inside.set(left)

    @contextmanager
    def labelled(self, task: str) -> Iterator[None]:
        """Calls the calling thread makes inside the block carry the task name ``task``."""
        # Where the calls get their name from: the thread's context, or in a task the start of the task.
        context: Context = getattr(self._local, "context", None) or self._new_context()
        named = [context, current_spawn() or context]
        before = [each.task for each in named]
        try:
            for each in named:
                each.task = task
            yield
        finally:
            for each, name in zip(named, before, strict=True):
                each.task = name

    def __len__(self) -> int:
        return len(self._log)

    def stream(self) -> Iterator[CallEvent]:
        """All events so far, oldest first, each made when it is asked for and not kept."""
        log = self._log
        for index in range(len(log)):
            yield event_of(log[index])

    def events(self) -> list[CallEvent]:
        """All events so far, oldest first; each is made once and kept."""
        made = self._events
        with uncollected():
            made.extend([event_of(record) for record in self._log[len(made) :]])
        return made

    # -- inside -------------------------------------------------------------------------------------------

    def _decide(self, site: Site) -> Plan | None:
        plan = None
        if not self._closed and self.accepts(site):
            secrecies = tuple(self.capture.secrecy(name) for name in site.parameters)
            plain = all(each == self.capture.PLAIN for each in secrecies)
            named = zip(count(), site.parameters, site.defaults)
            defaults = tuple(each for each in named if each[2] is not NO_DEFAULT)
            # Not those of lesser secrecy: render_token() and the like give no token.
            result = self.capture.secrecy(site.function_name)
            plan = Plan(
                secrecies=None if plain else secrecies,
                defaults=defaults,
                constructs=site.constructs,
                hashes=site.hashes,
                result=result if result is Secrecy.ALWAYS else None,
                defaulted=tuple(name for _, name, _ in defaults),
                described=site.function_name in _DESCRIPTORS and bool(site.parameters),
                stars=site.stars,
            )
        self._plans[site] = plan
        return plan

    def _look_up(
        self, plan: Plan, values: Sequence[Any], captured: tuple[Any, ...]
    ) -> tuple[tuple[Any, ...], Lookup | None]:
        shown, lookup = look_up(self.capture, values, captured, plan.stars, described=plan.described)
        return shown, lookup if plan.result is None else None

    def _is_inside(self) -> bool:
        """The calling code runs in a context that entered this recorder, or in a copy of one."""
        return self.key in _inside()

    _current_spawn = staticmethod(current_spawn)
    _memory_at = staticmethod(memory_at)

    def _pop(self, call: Record) -> Context:
        context: Context = self._local.context
        stack = context.stack
        if stack and stack[-1] is call:
            stack.pop()
        else:
            self._suspended.pop(call[3], None)
            self._dropped.pop(call[3], None)
            self._dropped.update((each[3], each) for each in _cut(stack, call))
        if call[13]:
            self.capture.constructing.discard(call[13])
        return context

    def _take_off(self, call: Record) -> None:
        """As `_pop`, if it is on the calling thread's stack."""
        context: Context | None = getattr(self._local, "context", None)
        if context is not None and any(each is call for each in context.stack):
            self._pop(call)

    def _make_room(self) -> bool:
        if self._drained + len(self._log) < self._max_events:
            self.flush()
            return True
        if not self._full:
            self._full = True
            self._marker(self._append, f"recording stopped: max_events={self._max_events} reached")
        return False

    def flush(self) -> None:
        """Hand the events held to ``drain``, oldest first."""
        if self._drain is None:
            return
        with self._drain_lock:
            batch = self._log[:]
            del self._log[: len(batch)]
            self._drained += len(batch)
            self._drain([event_of(record) for record in batch])

    def _marker(self, append: Callable[[Record], None], text: str) -> None:
        append((EventType.MARKER, _clock(), self._memory, text))

    def _broken_off(self, problem: BaseException, call: Record | None = None, *, begun: bool = True) -> bool:
        """Something in here was left by ``problem`` and ``call`` is to be settled: is it the program's business?"""
        self._broke = True
        if isinstance(problem, Exception):
            self._lose(problem)
        if call is not None:
            self.settle(call, begun=begun)
        return not isinstance(problem, Exception)

    def _lose(self, problem: Exception) -> None:
        name = type(problem).__name__
        self._lost[name] = self._lost.get(name, 0) + 1


def _cut(stack: list[Record], call: Record) -> list[Record]:
    """Take ``call`` off; gives the inner calls that never told their end (a greenlet switched, a thread died)."""
    for index in range(len(stack) - 1, -1, -1):
        if stack[index] is call:
            inner = stack[index + 1 :]
            del stack[index:]
            return inner
    return []


def _expect_nothing() -> None:
    """The frame that a proxy announced may never have begun."""
    flags = thread_flags()
    flags.expected = flags.expected_call = None


def _drop(record: Record) -> None:
    """Where a closed recorder puts what comes late."""
