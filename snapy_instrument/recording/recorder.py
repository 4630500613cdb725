"""The recorder: makes one balanced, bounded list of records of what backends see.

Backends call `Recorder.enter` when a call begins and hand the token that it returns to `leave` or `fail`, and for
generators and coroutines to `suspend` and `resume`. What goes wrong in here is raised, and whoever called withdraws the
recorder: see `lifecycle`.
"""

from __future__ import annotations

__all__ = ["AWAITING", "Recorder"]

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from types import CodeType, TracebackType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.capture.redaction.names import Secrecy
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.recording.exceptions import Seen, seen_exception, traceback_of
from snapy_instrument.recording.hot_path import Plan
from snapy_instrument.recording.lanes import Lane, greenlet_context
from snapy_instrument.recording.lifecycle import Lifecycle, expect_nothing
from snapy_instrument.recording.measures import clock
from snapy_instrument.recording.records import (
    CALL_ID,
    CONSTRUCTED,
    DEPTH,
    PARENT_ID,
    SITE,
    SPAWN,
    Record,
    call_event_of,
)
from snapy_instrument.recording.secret_lookups import look_up
from snapy_instrument.recording.sites import NO_DEFAULT, Site
from snapy_instrument.recording.spawns import Origin, Spawn, current_spawn, inside, running_spawn, spawned

keep_builtins(globals())


_DESCRIPTORS = frozenset({"__get__", "__set__"})

AWAITING: Any = object()
"""What a coroutine hands out when it is suspended: nothing that a trace shows."""


class Recorder(Lifecycle):
    """Records the calls of accepted sites, one stack of open calls a thread. See `Lifecycle` for its arguments.

    Whatever changes a table of open calls writes to the log first, and to the new table before it takes a call from the
    old one: wherever it is interrupted, `close` finds each call that has no end.
    """

    # -- what backends call -------------------------------------------------------------------------------

    def describe(self, exception: BaseException, traceback: TracebackType | None) -> Seen | None:
        """Return ``exception`` as plain data, for `fail_as`; ``traceback`` begins with the frame it arrived in."""
        if self._closed:
            return None
        info, value = self.capture.exception(exception)
        return seen_exception(exception, traceback, info, value)

    def fail(self, call: Record, exception: BaseException) -> None:
        """Record that ``call`` is left by ``exception``."""
        self.fail_as(call, self.describe(exception, traceback_of(exception)))

    def fail_as(self, call: Record, seen: Seen | None) -> None:
        """Record that ``call`` is left by the exception that `describe` saw."""
        if self._closed or seen is None:
            return
        expect_nothing()
        # Which call it was seen in first: the text shows it in full there, and as `raises ^` further out.
        raised_in = self._passing.left(call[CALL_ID], call[PARENT_ID], call[SITE].code, seen)
        now = clock()
        # In one step: another thread may end the recording, and one is nothing without the other.
        self._extend(
            (
                (EventType.EXCEPTION, now, self._memory, call, seen.value, seen.info, raised_in, True),
                (EventType.RETURN, now, self._memory, call, None, seen.info, raised_in, True),
            )
        )
        self._pop(call)
        self._asked.pop(call[CALL_ID], None)

    def amend(self, call: Record, seen: Seen | None) -> None:
        """Replace the exception that left ``call`` by ``seen``, which has arrived in the calling frame."""
        if self._closed or seen is None:
            return
        raised_in = self._passing.amend(call[CALL_ID], call[PARENT_ID], call[SITE].code, seen)
        if raised_in is not None:
            self._log.rewrite_end(call, seen.value, seen.info, raised_in)

    def suspend(self, call: Record, value: Any) -> None:
        """Record that the generator or coroutine of ``call`` hands out ``value``; `AWAITING` is no value."""
        if self._closed:
            return
        # What a coroutine awaits is a future of the event loop and says nothing of the program.
        handed = self._suspensions and value is not AWAITING
        if handed:
            captured = self.capture.value(value)
            self._append((EventType.YIELD, clock(), self._memory, call, captured, None, None, True))
        self._suspended[call[CALL_ID]] = (call, handed)
        self._take_off(call)

    def resume(self, call: Record, value: Any) -> None:
        """Record that the generator or coroutine of ``call`` goes on in this thread, with ``value`` sent in."""
        suspended = self._suspended.get(call[CALL_ID])
        if suspended is None or self._closed:
            return
        # Put on the new stack before it is taken out of the table: interrupted in between, it is still found.
        self._lane().stack.append(call)
        # Another thread may close the recording, and with it the table, since the look-up.
        self._suspended.pop(call[CALL_ID], None)
        spawn = current_spawn()
        if spawn is not call[SPAWN]:
            self._resumed_in[call[CALL_ID]] = spawn
        if suspended[1]:
            captured = self.capture.value(value)
            self._append((EventType.RESUME, clock(), self._memory, call, captured, None, None, True))

    def abandon(self, call: Record) -> None:
        """Record that the generator of ``call`` was closed before it was exhausted."""
        if self._closed:
            return
        self._passing.ended(call[CALL_ID])
        self._append((EventType.RETURN, clock(), self._memory, call, None, None, None, False))
        self._pop(call)
        self._asked.pop(call[CALL_ID], None)

    def line(self, call: Record, line_number: int, changes: dict[str, Any]) -> None:
        """Record that line ``line_number`` of ``call`` is about to run; ``changes`` are captured variables."""
        # All tracers share a frame backend, and each event of it reaches all of them.
        if not self.lines or self._closed:
            return
        changes = changes if self.line_values else {}
        if len(self._log) < self._limit or self._make_room():
            self._append((EventType.LINE, clock(), self._memory, call, changes, None, line_number, True))

    def captured(self, call: Record | None, name: str, value: Any) -> Any:
        """Return ``value`` of the local variable ``name`` as plain data, for `line`."""
        if self._closed or not self.line_values:
            return None
        return self.capture.value(value, self.capture.secrecy(name))

    def want_lines(self, lines: bool, values: bool) -> None:
        """Record line events from now on, with the variables that changed or without; or none."""
        self.lines, self.line_values = lines, values

    def wants(self, site: Site) -> bool:
        """Return whether calls of ``site`` are recorded."""
        try:
            return self._plans[site] is not None
        except KeyError:
            return self._decide(site) is not None

    # -- tasks and threads --------------------------------------------------------------------------------

    def origin_here(self) -> Origin | None:
        """Return where something that the calling code starts now belongs; None if it is not recorded."""
        if self._closed:
            return None
        self._notice_modules()
        lane = self._lane()
        if not (lane.records or self._is_inside()):
            return None
        return self._origin_in(lane, current_spawn())

    def origin_in_greenlet(self, greenlet: Any, codes: Sequence[CodeType] = ()) -> Origin | None:
        """Return where something that ``greenlet`` starts belongs; None if it is not recorded.

        Args:
            greenlet: The running greenlet or a suspended one of the calling thread.
            codes: What it ran when it did so, innermost first, where that is over.
        """
        if self._closed or self._greenlet_lanes is None:
            return None
        lane, variables = self._lane_of(greenlet), greenlet_context(greenlet)
        if not (lane.records or self.key in variables.get(inside, ())):
            return None
        for code in codes:
            for call in reversed(lane.stack):
                if call[SITE].code is code:
                    return Origin(call[CALL_ID], next(self._ids))
        return self._origin_in(lane, variables.get(spawned))

    def _origin_in(self, lane: Lane, spawn: Spawn | None) -> Origin:
        self._spawning = True
        stack = lane.stack
        if stack and stack[-1][SPAWN] is spawn:
            return Origin(stack[-1][CALL_ID], next(self._ids))
        parent_id, _, origin = self._place(lane, spawn)
        unplaced = not lane.home if origin is None else origin.detached
        return Origin(parent_id, next(self._ids), parent_id is None and unplaced)

    def begin_job(self, origin: Origin) -> Origin | None:
        """Let the calls of this thread, a worker, begin at ``origin``; return the argument of `end_job`."""
        lane = self._lane()
        before, lane.origin = lane.origin, origin
        # A worker that ran before the tracer was entered has a lane that records nothing.
        lane.records = True
        return before

    def end_job(self, origin: Origin | None) -> None:
        """The job is done: what `begin_job` changed is as before."""
        self._lane().origin = origin

    @contextmanager
    def labelled(self, task: str) -> Iterator[None]:
        """Calls that the calling thread makes inside the block carry the task name ``task``."""
        # Where the calls get their name from: in a task the start of the task, else the thread's lane. Not both: tasks
        # of one thread end in any order, and the last one would leave the name of another on their common lane.
        named = current_spawn() or self._lane()
        before, named.task = named.task, task
        try:
            yield
        finally:
            named.task = before

    def open_calls(self) -> list[CallEvent]:
        """Return the calling thread's open calls, outermost first."""
        lane: Lane | None = getattr(self._local, "lane", None)
        return [] if lane is None else [call_event_of(self._log.whole_call(call)) for call in lane.stack]

    def _place(self, lane: Lane, spawn: Spawn | None) -> tuple[int | None, int, Origin | None]:
        """Return parent, depth and origin of a call that is the first in its thread, task, callback or job."""
        origin, stack = None, lane.stack
        if stack and self._resumed_in.get(stack[-1][CALL_ID], self) is spawn:
            # A step of a generator that another task began.
            return stack[-1][CALL_ID], stack[-1][DEPTH] + 1, None
        if spawn is not None:
            if spawn.task is None:
                spawn.look_up_task()
            spawn = running_spawn(spawn)
            if not stack or stack[-1][SPAWN] is not spawn:  # else it is called in another context than its task's
                origin = spawn.origins.get(self.key)
        if stack:
            if origin is None:
                return stack[-1][CALL_ID], stack[-1][DEPTH] + 1, None
        elif lane.origin is not None and (origin is None or lane.origin.spawn_id > origin.spawn_id):
            # A job runs in a copy of its task's context: the later start is the nearer one.
            origin = lane.origin
        return (None, 0, None) if origin is None else (origin.parent_id, 0, origin)

    # -- inside -------------------------------------------------------------------------------------------

    def _decide(self, site: Site) -> Plan | None:
        plan = None
        self._notice_modules()
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

    def _pop(self, call: Record) -> None:
        """Take ``call``, which has ended, out of the tables of open calls."""
        self._take_off(call)
        self._suspended.pop(call[CALL_ID], None)
        self._dropped.pop(call[CALL_ID], None)
        if call[CONSTRUCTED]:
            self.capture.constructing.discard(call[CONSTRUCTED])

    def _take_off(self, call: Record) -> None:
        """Take ``call`` off the calling thread's stack, if it is there."""
        # A generator may be closed by a thread that has made no call.
        lane: Lane | None = getattr(self._local, "lane", None)
        stack = [] if lane is None else lane.stack
        # From the end: nearly always it is the last one.
        for index in range(len(stack) - 1, -1, -1):
            if stack[index] is call:
                # Inner calls whose end nobody saw: a greenlet switched, a thread died.
                self._dropped.update((each[CALL_ID], each) for each in stack[index + 1 :])
                del stack[index:]
                return
