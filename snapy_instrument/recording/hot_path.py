"""The recorder's hot half: what happens at each call and each return.

The native twin is ``native/recorder.c``. Both hand what is rare to the methods declared at the end of `Core`,
which `Recorder` has.
"""

from __future__ import annotations

__all__ = ["Core", "Plan", "new_ids"]

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import native_part, twinned
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.events import EventType
from snapy_instrument.recording.lanes import Lane
from snapy_instrument.recording.log import Log
from snapy_instrument.recording.measures import clock
from snapy_instrument.recording.records import CALL_ID, CONSTRUCTED, CONTEXT, DEPTH, SITE, SPAWN, Record, defaulted
from snapy_instrument.recording.sites import Site
from snapy_instrument.recording.spawns import Origin, Spawn, current_spawn
from snapy_instrument.values import Mark

keep_builtins(globals())

_Counter = native_part("Counter")

# Texts have another hash in every process.
_HASH = Mark("<hash>")
_CALL, _RETURN = EventType.CALL, EventType.RETURN


class Plan(NamedTuple):
    """What to do with the calls of one site, decided at the first of them.

    Attributes:
        secrecies: What each parameter's name says, None where none says anything.
        defaults: Index, name and default of the parameters that have one.
        constructs: The first argument is an object that is still being made.
        hashes: The result differs from process to process.
        result: The `Secrecy` of the result, None where the function's name says nothing.
        defaulted: Names of the parameters that have a default: of a call that gives no other value for them.
        described: The first argument is a descriptor, which may keep the name of what it gives or takes.
        stars: Indexes of ``*rest`` and ``**more``.
    """

    secrecies: tuple[Any, ...] | None
    defaults: tuple[tuple[int, str, Any], ...]
    constructs: bool
    hashes: bool
    result: Any
    defaulted: tuple[str, ...]
    described: bool
    stars: tuple[int, ...]


@twinned
class Core:
    """The calls and returns of a recorder.

    An exception in here leaves a call half recorded, and the caller withdraws the recorder: see `lifecycle`. The native
    twin does so itself and raises only what is the program's.
    """

    _memory: int
    _spawning: bool
    _closed: bool
    _asked: dict[int, Lookup]

    def _use(
        self,
        *,
        log: Log,
        plans: dict[Site, Plan | None],
        local: Any,
        ids: Iterator[int],
        capture: Capture,
        limit: int,
        raised_below: dict[int, Any],
        suspended: dict[int, tuple[Record, bool]],
        suspensions: bool,
    ) -> None:
        """Share what the other half made: the records, the plans, each thread's lane, and the rest."""
        self._log = log
        self._append: Callable[[Record], None] = log.append
        self._plans = plans
        self._local = local
        self._ids = ids
        self.capture = capture
        self._lookups = capture.lookups
        self._limit = limit
        self._limited = limit < sys.maxsize
        self._raised_below = raised_below
        # By call id: sleeping calls, and whether they handed something out.
        self._suspended = suspended
        self._suspensions = suspensions
        self._memory = 0
        self._next_sample = 0.0
        self._spawning = False
        self._closed = False
        self._problem: type[BaseException] | None = None

    def enter(self, site: Site, values: Sequence[Any], backend: str) -> Record | None:
        """Record that a call begins with ``values`` in the order of ``site.parameters``; None if it is not recorded."""
        if self._closed:
            return None
        try:
            plan = self._plans[site]
        except KeyError:
            plan = self._decide(site)
        if plan is None:
            return None
        try:
            lane: Lane = self._local.lane
        except AttributeError:
            lane = self._new_lane()
        # `quiet` is set while our own code calls a function of the program's, such as a registered describer.
        if lane.flags.quiet or not (lane.records or self._is_inside()):
            return None
        # A flag before the length: most recordings have no limit, and this runs at each call.
        if self._limited and len(self._log) >= self._limit and not self._make_room():
            return None
        stack = lane.stack
        spawn = current_spawn() if self._spawning else None
        if stack and stack[-1][SPAWN] is spawn:
            parent = stack[-1]
            parent_id, depth, origin = parent[CALL_ID], parent[DEPTH] + 1, None
        else:
            parent_id, depth, origin = self._place(lane, spawn)
        constructed = 0
        secrecies, defaults, constructs, _, _, _, described, _ = plan
        value = self.capture.value
        if constructs:
            constructed = id(values[0])
            # Before its arguments are captured: `self` is among them, and has no fields yet.
            self.capture.constructing.add(constructed)
        # No test for each name: most functions have no parameter that is called like a secret.
        captured = tuple(map(value, values) if secrecies is None else map(value, values, secrecies))
        lookup = None
        if self._lookups or described:
            captured, lookup = self._look_up(plan, values, captured)
        now = clock()
        # At most every 10 ms: to read the memory of the process costs more than to record the call.
        if now >= self._next_sample:
            self._memory, self._next_sample = self._memory_at(now)
        call_id = next(self._ids)
        if lookup is not None:
            self._asked[call_id] = lookup
        call = (
            _CALL,
            now,
            self._memory,
            call_id,
            parent_id,
            depth,
            site,
            lane,
            captured,
            defaulted(values, defaults) if defaults else (),
            backend,
            origin,
            lane.task if spawn is None else spawn.task,
            constructed,
            spawn,
        )
        # First the log: what `close` finds there without an end it ends.
        self._append(call)
        if self._closed:  # meanwhile, by a trace function that failed in one of our frames or by another thread
            return None
        stack.append(call)
        return call

    def leave(self, call: Record, result: Any) -> None:
        """Record that ``call`` returns ``result``."""
        if self._closed:
            return
        plan = self._plans.get(call[SITE])
        secrecy = None if plan is None else plan.result
        if self._asked:
            secrecy = self._asked.pop(call[CALL_ID], secrecy)
        # `__hash__` of a text differs in each process, so its result is no part of a trace.
        if secrecy is None:
            captured = _HASH if call[SITE].hashes else self.capture.value(result)
        else:
            captured = self.capture.value(result, secrecy)
        self._append((_RETURN, clock(), self._memory, call, captured, None, None, True))
        # On the stack of the lane that it began in, it runs there: one that goes on elsewhere was put on that stack.
        stack = call[CONTEXT].stack
        if stack and stack[-1] is call and not call[CONSTRUCTED]:
            stack.pop()
        else:
            self._pop(call)
        # Empty while no exception passes: no look-up for each return.
        if self._raised_below:
            self._raised_below.pop(call[CALL_ID], None)

    def _freeze(self) -> Log:
        """Return the records so far, in a log to which nobody but the caller adds."""
        self._log = self._log.freeze()
        return self._log

    def _use_greenlets(self, lanes: Any, getcurrent: Callable[[], Any]) -> None:
        """Find lanes by greenlet from now on; ``lanes`` takes the place of the thread-local data."""
        self._local = lanes

    def _forget_plans(self) -> None:
        """Nothing is recorded any more. Plans hold defaults of the program's functions."""
        self._plans.clear()

    # -- the rare half, see `Recorder` --------------------------------------------------------------------

    def _decide(self, site: Site) -> Plan | None:
        raise NotImplementedError

    def _memory_at(self, now: float) -> tuple[int, float]:
        raise NotImplementedError

    def _new_lane(self) -> Lane:
        raise NotImplementedError

    def _is_inside(self) -> bool:
        raise NotImplementedError

    def _make_room(self) -> bool:
        raise NotImplementedError

    def _look_up(
        self, plan: Plan, values: Sequence[Any], captured: tuple[Any, ...]
    ) -> tuple[tuple[Any, ...], Lookup | None]:
        raise NotImplementedError

    def _place(self, lane: Lane, spawn: Spawn | None) -> tuple[int | None, int, Origin | None]:
        raise NotImplementedError

    def _pop(self, call: Record) -> None:
        raise NotImplementedError


def new_ids() -> Iterator[int]:
    """Numbers of calls, from 1: one after the other, whichever thread asks."""
    counter: Iterator[int] = count(1) if _Counter is None else _Counter()
    return counter
