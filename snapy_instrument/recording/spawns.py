"""Which call started a task or a thread.

A `Spawn` travels with what was started: in a context variable, which asyncio and trio copy into each new task and
callback, or by the thread. The recorder reads it at the first call made there.
"""

from __future__ import annotations

__all__ = [
    "Origin",
    "RecorderKey",
    "Spawn",
    "current_spawn",
    "forget_starts",
    "inside",
    "remember_start",
    "running_spawn",
    "spawn_of",
    "spawned",
    "task_spawn",
    "thread_spawn",
]

import os
import weakref
from asyncio import current_task
from contextvars import ContextVar
from itertools import compress, repeat
from operator import call, is_, itemgetter
from threading import _active  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import FORKS
from snapy_instrument._threads import RLock

keep_builtins(globals())


class Origin(NamedTuple):
    """The recorded call that started something, and the start's place among that call's children.

    Attributes:
        parent_id: None where it was started with no call open: its calls are at the top of the trace.
        detached: It was started with no call open by what is itself detached.
    """

    parent_id: int | None
    spawn_id: int
    detached: bool = False


class RecorderKey:
    """Represents a recorder in what may outlive it: the contexts of tasks and threads, and its own records.

    Attributes:
        recorder: None once it is closed.
    """

    __slots__ = ("recorder",)

    def __init__(self, recorder: Any) -> None:
        self.recorder = recorder


class Spawn:
    """One start of a task, callback, thread or job.

    Attributes:
        origins: For each active recorder, where it happened.
        task: Name of the task that was started, None for anything else and until `look_up_task`.
    """

    __slots__ = ("_made", "origins", "task")

    def __init__(self, origins: dict[RecorderKey, Origin]) -> None:
        self.origins = origins
        self.task: str | None = None
        self._made: weakref.ref[Any] | None = None

    def made(self, task: Any) -> None:
        """``task`` is what was started."""
        # A weak reference: a task lives no longer for having been seen, and its id may be given out again.
        key = id(task)
        self._made = weakref.ref(task, lambda dead: _tasks.pop(key, None))
        _tasks[key] = self

    @property
    def over(self) -> bool:
        """A task was started and is done."""
        task = None if self._made is None else self._made()
        return self._made is not None and (task is None or task.done())

    def look_up_task(self) -> None:
        """Learn the task's name, which its creator may set after the task was made."""
        task = None if self._made is None else self._made()
        if task is not None:
            self.task = task.get_name()


spawned: ContextVar[Spawn | None] = ContextVar("snapy_instrument_spawn", default=None)
current_spawn = spawned.get

inside: ContextVar[frozenset[RecorderKey]] = ContextVar("snapy_instrument_inside", default=frozenset())
"""The recorders of scope "context" that were entered in this context or in one it was copied from."""

# Starts of tasks by id: a subclass of Task may define what equality and hash are.
_tasks: dict[int, Spawn] = {}


def running_spawn(inherited: Spawn) -> Spawn:
    """The start of the running task; ``inherited``, which its context holds, where no task runs.

    They differ where a task was given a context of its own or one that it shares.
    """
    try:
        # RuntimeError where no event loop runs.
        task = current_task()
    except RuntimeError:
        return inherited
    return inherited if task is None else task_spawn(task) or inherited


def task_spawn(task: Any) -> Spawn | None:
    """What is known of the start of ``task``, which may be anything."""
    spawn = _tasks.get(id(task))
    return spawn if spawn is not None and spawn._made is not None and spawn._made() is task else None


# Starts of threads and greenlets by id: a subclass may define what equality and hash are.
_started: dict[int, tuple[weakref.ref[Any], Spawn]] = {}
_FEW = 32
_most_started = [_FEW]
"""As many are kept before the dead ones are looked for."""


# Without it one thread would drop, as dead, what another has just noted under the same id.
_noting = RLock()
if FORKS:
    os.register_at_fork(after_in_child=_noting._at_fork_reinit)  # type: ignore[attr-defined]


def remember_start(started: Any, spawn: Spawn) -> None:
    """Note where a thread or greenlet, ``started``, is started."""
    with _noting:
        if len(_started) >= _most_started[0]:
            keys, known = list(_started), list(_started.values())
            # All in one step of the interpreter: a greenlet that we hold must not lose its last other reference
            # meanwhile, or it ends in this thread and not in its own.
            dead = list(map(is_, map(call, map(itemgetter(0), known)), repeat(None)))
            for key in compress(keys, dead):
                _started.pop(key, None)
            _most_started[0] = max(_FEW, 2 * len(_started))
        # No callback: it would run in the pending call in which greenlet frees those of dead threads: see `_drop_dead`.
        _started[id(started)] = (weakref.ref(started), spawn)


def spawn_of(started: Any) -> Spawn | None:
    """Return the start of the thread or greenlet ``started``; None if it is unknown."""
    known = _started.get(id(started))
    return known[1] if known is not None and known[0]() is started else None


def thread_spawn(ident: int) -> Spawn | None:
    """Return the start of the thread with the identifier ``ident`` of `threading`; None if it is unknown."""
    # Not threading.current_thread(): it makes an object for a thread that has none.
    return spawn_of(_active.get(ident))


def forget_starts() -> None:
    """Forget all starts: no recorder is active."""
    with _noting:
        _started.clear()
    _tasks.clear()
