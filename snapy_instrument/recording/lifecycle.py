"""How a recording begins and ends, and how it is read.

One rule for failures of our own: *withdraw*. Whoever calls a recorder for the traced program catches what is raised and
calls `Lifecycle.withdraw`. That recording ends there; its calls that are still open and one marker are written when it
is closed. Nothing is repaired, nothing is done a second time, and the program runs on as without us.
"""

from __future__ import annotations

__all__ = ["Lifecycle", "expect_nothing"]

import sys
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextvars import Token
from types import CodeType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._gc_pause import uncollected
from snapy_instrument._raw import class_name
from snapy_instrument._signals import is_programs
from snapy_instrument._thread_flags import quiet, thread_flags
from snapy_instrument._threads import RLock, get_ident
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.recording.exceptions import Passing
from snapy_instrument.recording.hot_path import Core, new_ids
from snapy_instrument.recording.lanes import GreenletLanes, Lane, ThreadLanes, end_lanes, greenlet_module
from snapy_instrument.recording.log import Log
from snapy_instrument.recording.measures import clock, memory_at
from snapy_instrument.recording.record_tables import add_records
from snapy_instrument.recording.records import KIND, TEXT, TIME, Record, event_of
from snapy_instrument.recording.sites import Site
from snapy_instrument.recording.spawns import Origin, RecorderKey, Spawn, current_spawn, inside, spawn_of, thread_spawn
from snapy_instrument.store.event_tables import EventTables

keep_builtins(globals())

_inside = inside.get


class Lifecycle(Core):
    """The part of a recorder that is not about single calls.

    Args:
        accepts: Decides for each site, once.
        capture: Makes plain values of live ones.
        scope: "process" records every thread; "context" only the thread that made the recorder and the
            threads started from it.
        max_events: Recording stops, with a marker, when that many events are held.
        suspensions: Also record yield and resume events.
        ids: Where call ids come from; shared by recorders whose events make one trace.
        drain: Takes the oldest records whenever `drain_at` are held, so that memory stays flat.
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
        drain: Callable[[Log], None] | None = None,
        drain_at: int = sys.maxsize,
        decision_key: Hashable = None,
    ) -> None:
        self._max_events = sys.maxsize if max_events is None else max_events
        self._passing = Passing()
        self._threads = ThreadLanes()
        self._greenlet_lanes: GreenletLanes | None = None
        log = Log()
        self._use(
            log=log,
            plans={},
            local=self._threads,
            ids=new_ids() if ids is None else ids,
            capture=capture,
            limit=min(self._max_events, drain_at),
            raised_below=self._passing.below,
            suspended={},
            suspensions=suspensions,
        )
        self._append: Callable[[Record], None] = log.append
        self._extend: Callable[[tuple[Record, ...]], None] = log.extend
        self.decision_key = accepts if decision_key is None else decision_key
        self.accepts = accepts
        self.lines = self.line_values = True
        self._drain = drain
        self._drained = 0
        self._drain_lock = RLock()
        self._process_wide = scope == "process"
        self._home = get_ident()
        self._idents: dict[int, tuple[int, dict[int, Lane]]] = {}  # how often it was given out, the lanes of the last
        self._modules = 0
        self.look_around: Callable[[], None] = _nothing
        self.key = RecorderKey(self)
        # By call id: calls whose callers ended before them.
        self._dropped: dict[int, Record] = {}
        # By call id: the spawn in which a call was resumed last, where it began in another one.
        self._resumed_in: dict[int, Spawn | None] = {}
        # By call id: what calls look up by the name of a secret; a native record keeps it itself.
        self._asked: dict[int, Lookup] = {}
        self._full = False
        self._events: list[CallEvent] = []
        self._token: Token[frozenset[RecorderKey]] | None = None

    # -- where calls are recorded -------------------------------------------------------------------------

    def enter_block(self) -> None:
        """The calling context, and what is started from it, belong to a recording of scope "context"."""
        self._token = inside.set(inside.get() | {self.key})

    def leave_block(self) -> None:
        """They do no more. A second call does nothing."""
        held, token = inside.get(), self._token
        if self.key not in held:
            return
        # The token is good only if nothing was entered since: a reset would take the others out as well.
        left = held - {self.key}
        if token is not None and left == (frozenset() if token.old_value is Token.MISSING else token.old_value):
            try:
                inside.reset(token)
                return
            except ValueError:  # left in another context than entered; both end with their owner
                pass
        inside.set(left)

    def _is_inside(self) -> bool:
        """Return whether the calling code runs in a context that entered this recorder, or in a copy of one."""
        return self.key in _inside()

    _current_spawn = staticmethod(current_spawn)

    def _memory_at(self, now: float) -> tuple[int, float]:
        self._notice_modules()
        return memory_at(now)

    def _notice_modules(self) -> None:
        """Find out what the program has imported since the last look.

        Called where something is met first (a site, a thread, a start) and every few milliseconds: a call costs
        nothing for it.
        """
        # The number alone: this is asked at each first call of a site, and modules hardly ever leave the table.
        count = len(sys.modules)
        if count == self._modules:
            return
        self._modules = count
        module = greenlet_module() if self._greenlet_lanes is None else None
        if module is not None:
            self._greenlet_lanes = GreenletLanes(module.getcurrent, self._threads)
            self._use_greenlets(self._greenlet_lanes, module.getcurrent)
        self.look_around()

    def _lane(self) -> Lane:
        """Return the lane of the calling code."""
        return getattr(self._local, "lane", None) or self._new_lane()

    def _new_lane(self) -> Lane:
        """Make the lane of the calling code, which has none in this recording."""
        self._modules = 0
        self._notice_modules()
        lanes = self._greenlet_lanes
        if lanes is None:
            lane = self._make_lane(None)
            self._threads.use(lane)
            return lane
        greenlet = lanes.getcurrent()
        return lanes.of(greenlet) or self._lane_of(greenlet)

    def _lane_of(self, greenlet: Any) -> Lane:
        """Return the lane of ``greenlet``, one of the calling thread."""
        lanes: Any = self._greenlet_lanes
        lane: Lane | None = lanes.of(greenlet)
        if lane is None:
            lane = self._make_lane(greenlet)
            lanes.put(greenlet, lane)
        return lane

    def _make_lane(self, greenlet: Any) -> Lane:
        ident = get_ident()
        home = ident == self._home
        if greenlet is None or greenlet.parent is None:
            spawn = None if home else thread_spawn(ident)
            origin = None if spawn is None else spawn.origins.get(self.key)
        else:
            origin = self._greenlet_origin(greenlet)
        threads = self._threads
        if not threads.name:
            count, ended = self._idents.get(ident, (0, None))
            # The system gives identifiers out again, of threads that have ended.
            threads.name = f"{ident}.{count + 1}" if count else str(ident)
            self._idents[ident] = count + 1, threads.lanes
            if ended is not None:
                end_lanes(ended)
        records = self._process_wide or origin is not None
        return Lane(threads.name, thread_flags(), home=home, origin=origin, records=records)

    def _greenlet_origin(self, greenlet: Any) -> Origin | None:
        """Return what started ``greenlet``; where nobody saw it, the call that is open in its parent."""
        spawn = None
        patched = threading.get_ident
        # gevent and eventlet make threads of greenlets. Whoever else takes its place is not called.
        if patched is not get_ident and str(getattr(patched, "__module__", "")).startswith(("gevent.", "eventlet.")):
            spawn = thread_spawn(patched())
        spawn = spawn or spawn_of(greenlet)
        origin = None if spawn is None else spawn.origins.get(self.key)
        return self.origin_in_greenlet(greenlet.parent) if origin is None else origin

    def origin_in_greenlet(self, greenlet: Any, codes: Sequence[CodeType] = ()) -> Origin | None:
        """Return where something that ``greenlet`` starts belongs: see `Recorder`."""
        raise NotImplementedError

    def forked(self) -> None:
        """Go on in the child of a fork, where a thread that held the lock does not exist."""
        self._drain_lock = RLock()

    # -- the end ------------------------------------------------------------------------------------------

    def withdraw(self, problem: BaseException) -> bool:
        """End the recording here, for ``problem`` left our code half way. A second call changes nothing.

        Returns:
            Whether ``problem`` is the program's, to be raised again; else it is ours, and to be dropped.
        """
        # At the end of the stack no call of ours works, so these come first and call nothing.
        if self._problem is None and not self._closed:
            self._problem = type(problem)
        self._closed = True
        self._append = self._extend = _drop
        try:
            expect_nothing()
            return is_programs(problem)
        except RecursionError:
            return not issubclass(type(problem), Exception)

    @property
    def withdrawn(self) -> bool:
        """The recording has ended before it was closed."""
        return self._problem is not None

    def close(self) -> None:
        """Stop: calls still open get a return that says so; whatever comes later is dropped."""
        if self.key.recorder is None:
            return
        # Before anything is written: what threads hand in from here on goes to nobody.
        self._closed = True
        self._append = self._extend = _drop
        self._forget_plans()
        with self._drain_lock:
            # A log of its own: what is half recorded in another thread goes to the old one.
            self._end_calls(self._freeze())
        for _, lanes in self._idents.copy().values():
            end_lanes(lanes)
        self._idents.clear()
        self.look_around = _nothing
        self._suspended.clear()
        self._dropped.clear()
        self._resumed_in.clear()
        self._raised_below.clear()
        self._asked.clear()
        self.flush()
        # Last. Contexts of tasks and threads hold the key for as long as they live; from here on it holds nothing.
        self.key.recorder = None

    def _end_calls(self, log: Log) -> None:
        """Write the end of each call in ``log`` that has none; after a withdrawal the marker before them."""
        now = clock()
        if self._problem is not None:
            self.capture.constructing.clear()
            # The class alone. Its message may hold a secret, or run code of the program.
            text = f"recording stopped: {class_name(self._problem)} inside the tracer, later calls are missing"
            now = log[-1][TIME] if log else now
            if not any(record[KIND] is EventType.MARKER and record[TEXT] == text for record in log):
                log.append((EventType.MARKER, now, self._memory, text))
        # Innermost first, so that each end is inside the end of its caller.
        for call in reversed(log.open_calls()):
            log.append((EventType.RETURN, now, self._memory, call, None, None, None, False))

    def note(self, text: str) -> None:
        """Put ``text`` into the trace: something that it cannot show."""
        self._append((EventType.MARKER, clock(), self._memory, text))

    # -- what was recorded --------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._log)

    def stream(self) -> Iterator[CallEvent]:
        """All events so far, oldest first, each made when it is asked for and not kept."""
        return map(event_of, self._log.records())

    def events(self) -> list[CallEvent]:
        """All events so far, oldest first; each is made once and kept."""
        made = self._events
        # The collector would look through all events made so far again and again.
        with uncollected():
            made.extend(map(event_of, self._log.records(len(made))))
        return made

    def add_to(self, tables: EventTables) -> None:
        """Add what was recorded so far to ``tables``."""
        add_records(tables, self._log)

    def tables(self) -> EventTables:
        """Return what was recorded so far as tables."""
        tables = EventTables()
        self.add_to(tables)
        return tables

    def _make_room(self) -> bool:
        if self._drained + len(self._log) < self._max_events:
            self.flush()
            return True
        if not self._full:
            self._full = True
            self.note(f"recording stopped: max_events={self._max_events} reached")
        return False

    def flush(self) -> None:
        """Hand the records held to ``drain``."""
        if self._drain is None:
            return
        # Calls that ``drain`` makes are not recorded: at the next full buffer they would wait for the lock for ever.
        with self._drain_lock, quiet():
            batch = self._log.take()
            self._drained += len(batch)
            self._drain(batch)


def expect_nothing() -> None:
    """Forget what a proxy announced in this thread: the frame may never have begun."""
    flags = thread_flags()
    flags.expected = flags.expected_call = None


def _nothing() -> None:
    """Do nothing."""


def _drop(record: object) -> None:
    """Drop what comes after the end."""
