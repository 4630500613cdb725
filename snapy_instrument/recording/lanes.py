"""The stacks of open calls in one recording: one a thread, and one a greenlet where the program has greenlets.

Greenlets switch inside one thread, at any moment and without an event. So once the module `greenlet` is imported, a
recorder finds its lane by the greenlet that runs; before that by the thread alone, which costs nothing more.
"""

from __future__ import annotations

__all__ = ["GreenletLanes", "Lane", "ThreadLanes", "end_lanes", "greenlet_context", "greenlet_module"]

import sys
import weakref
from collections.abc import Callable
from contextvars import Context
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import ThreadFlags
from snapy_instrument._threads import ThreadLocal
from snapy_instrument._twins import twinned
from snapy_instrument.recording.spawns import Origin

keep_builtins(globals())


@twinned
class Lane:
    """One lane of one recording: a thread, or a greenlet of it.

    Attributes:
        thread_id: A name of the thread that no other thread of the recording has.
        stack: The open calls, outermost first, as the recorder's call records.
        flags: The thread's flags, shared by all recordings.
        origin: What started the lane, or None if that is unknown or the thread entered the tracer.
        home: The thread entered the tracer.
        records: Calls made here belong to the recording.
        greenlet: A weak reference to the greenlet, None where the program has no greenlets.
    """

    __slots__ = ("flags", "greenlet", "home", "origin", "records", "stack", "task", "thread_id")

    def __init__(self, thread_id: str, flags: ThreadFlags, *, home: bool, origin: Origin | None, records: bool) -> None:
        self.thread_id = thread_id
        self.flags = flags
        self.home = home
        self.origin = origin
        self.records = records
        self.stack: list[tuple[Any, ...]] = []
        self.task: str | None = None
        self.greenlet: weakref.ref[Any] | None = None


_FEW = 32
_THREAD = 0  # no object has this id


class ThreadLanes(ThreadLocal):
    """The lanes of each thread in one recording.

    A greenlet runs in one thread alone, so no thread reads or changes the lanes of another one, but to end them all.

    Attributes:
        name: The thread's `Lane.thread_id`, empty until it has a lane.
        lane: The lane of the thread, while the program has no greenlets.
        lanes: By id of the greenlet, whose class may define equality and hash; the thread's own is in there too.
        most: As many are kept before those of dead greenlets are looked for.
    """

    lane: Lane

    def __init__(self) -> None:
        self.name = ""
        self.lanes: dict[int, Lane] = {}
        self.most = _FEW

    def use(self, lane: Lane) -> None:
        """Take ``lane`` for the calling thread, whatever greenlet it runs."""
        self.lanes[_THREAD] = self.lane = lane


def end_lanes(lanes: dict[int, Lane]) -> None:
    """Forget the open calls of a thread that has ended, or of a recording."""
    for lane in lanes.copy().values():
        lane.stack.clear()  # its calls refer to the lane
        lane.greenlet = None


class GreenletLanes:
    """The lanes of a recorder, by greenlet: takes the place of thread-local data.

    Args:
        getcurrent: `greenlet.getcurrent`.
        threads: The lanes so far. Those of threads belong to their main greenlets.
    """

    __slots__ = ("_threads", "getcurrent")

    def __init__(self, getcurrent: Callable[[], Any], threads: ThreadLanes) -> None:
        self.getcurrent = getcurrent
        self._threads = threads

    @property
    def lane(self) -> Lane:
        """The lane of the running greenlet; AttributeError where it has none yet."""
        found = self.of(self.getcurrent())
        if found is None:
            raise AttributeError
        return found

    @lane.setter
    def lane(self, lane: Lane) -> None:
        self.put(self.getcurrent(), lane)

    def of(self, greenlet: Any) -> Lane | None:
        """Return the lane of ``greenlet``, one of the calling thread; None where it has none yet."""
        lanes = self._threads.lanes
        found = lanes.get(id(greenlet))
        if found is not None and found.greenlet is not None and found.greenlet() is greenlet:
            return found
        # The lane that the thread had before the program imported `greenlet`: it belongs to the main greenlet.
        before = lanes.pop(_THREAD, None)
        if before is None:
            return None
        root = greenlet
        while root.parent is not None:
            root = root.parent
        self.put(root, before)
        return before if root is greenlet else None

    def put(self, greenlet: Any, lane: Lane) -> None:
        """Note the lane of ``greenlet``, one of the calling thread."""
        threads = self._threads
        if len(threads.lanes) >= threads.most:
            _drop_dead(threads.lanes)
            threads.most = max(_FEW, 2 * len(threads.lanes))
        # Without a callback: greenlet frees what a dead thread has left in a pending call of the interpreter, and on
        # 3.11 Python code that runs there while another pending call waits never ends.
        lane.greenlet = weakref.ref(greenlet)
        threads.lanes[id(greenlet)] = lane


def _drop_dead(lanes: dict[int, Lane]) -> None:
    for key, lane in lanes.copy().items():
        if lane.greenlet is None or lane.greenlet() is None:
            lane.stack.clear()
            # The id may have been given to a new greenlet by now, by a finalizer or a signal handler.
            if lanes.get(key) is lane:
                del lanes[key]


def greenlet_module() -> Any:
    """Return the module `greenlet` where the program has imported it, else None."""
    module = sys.modules.get("greenlet")
    return module if callable(getattr(module, "getcurrent", None)) else None


def greenlet_context(greenlet: Any) -> Context:
    """Return the context variables of ``greenlet``, a suspended one of the calling thread or the running one."""
    try:
        held = greenlet.gr_context
    except (AttributeError, ValueError):  # an old version; another thread's
        held = None
    return Context() if held is None else held
