"""Replaces the functions that start threads, tasks, callbacks and jobs, while a tracer is active."""

from __future__ import annotations

__all__ = ["starts"]

import asyncio
import concurrent.futures.thread  # noqa: F401 - the package loads it late, maybe inside a traced block
import sys
import threading
from collections.abc import Callable
from contextvars import Context
from functools import WRAPPER_ASSIGNMENTS
from types import BuiltinMethodType, MethodType
from typing import Any, TypeVar

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.recording.greenlet_switches import spawn_here as _here
from snapy_instrument.recording.greenlet_switches import switches
from snapy_instrument.recording.sink import changing
from snapy_instrument.recording.spawns import RecorderKey, Spawn, forget_starts, remember_start, spawned, task_spawn

keep_builtins(globals())

F = TypeVar("F", bound=Callable[..., Any])
_gettrace, _settrace = threading.gettrace, sys.settrace


def _named_like(original: Callable[..., Any]) -> Callable[[F], F]:
    """Return a decorator that does what `functools.wraps` does, which goes through names of its module."""

    def name(made: F) -> F:
        for attribute in WRAPPER_ASSIGNMENTS:
            if hasattr(original, attribute):
                setattr(made, attribute, getattr(original, attribute))
        made.__dict__.update(getattr(original, "__dict__", {}), __wrapped__=original)
        return made

    return name


def _thread_start(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def start(self: threading.Thread) -> Any:
        remember_start(self, _here())
        return original(self)

    return start


def _create_task(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def create_task(self: Any, coro: Any, **options: Any) -> Any:
        spawn = _here()
        # A task with a context of its own does not copy ours, so the start is put there.
        context = options.get("context")
        if context is not None:
            _put_into(context, spawn)
        token = spawned.set(spawn)
        try:
            task = original(self, coro, **options)
        finally:
            spawned.reset(token)
        spawn.made(task)
        return task

    return create_task


def _put_into(context: Context, spawn: Spawn) -> None:
    """Note a start in the context that a task gets, unless the context belongs to another task that goes on."""
    held = context.get(spawned)
    if held is None or held.over:
        try:
            context.run(spawned.set, spawn)
        except RuntimeError:  # it is the running one
            pass


def _schedule(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def schedule(self: Any, *args: Any, context: Context | None = None, **options: Any) -> Any:
        if context is not None:
            return original(self, *args, context=context, **options)
        token = spawned.set(_here())
        try:
            return original(self, *args, **options)
        finally:
            spawned.reset(token)

    return schedule


def _call_soon(original: Callable[..., Any]) -> Callable[..., Any]:
    schedule = _schedule(original)

    @_named_like(original)
    def call_soon(
        self: Any, callback: Callable[..., Any], *args: Any, context: Context | None = None, **options: Any
    ) -> Any:
        # A callback of a finished task comes with the context of the code that added it, and when it comes is a matter
        # of luck: its place in the trace is next to the task.
        spawn = task_spawn(args[0]) if context is not None and args else None
        if spawn is not None and not _is_step(callback):
            callback = _Callback(callback, Spawn(spawn.origins))
        return schedule(self, callback, *args, context=context, **options)

    return call_soon


def _is_step(callback: Callable[..., Any]) -> bool:
    """Return whether it is the next step of a task that waited for another."""
    if type(callback) is MethodType:
        return issubclass(type(callback.__self__), asyncio.Future)
    return type(callback) is BuiltinMethodType


class _Callback:
    """A callback of a finished task, which runs under the start of that task."""

    __slots__ = ("__wrapped__", "_spawn")

    def __init__(self, callback: Callable[..., Any], spawn: Spawn) -> None:
        self.__wrapped__ = callback
        self._spawn = spawn

    def __call__(self, *args: Any) -> Any:
        token = spawned.set(self._spawn)
        try:
            return self.__wrapped__(*args)
        finally:
            spawned.reset(token)


def _submit(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def submit(self: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return original(self, _Job(fn, _here()), *args, **kwargs)

    return submit


def _add_done_callback(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def add_done_callback(self: Any, fn: Callable[..., Any]) -> Any:
        # It runs in a worker's thread, or here if the future is done already: the same place in both cases.
        return original(self, _Job(fn, _here()))

    return add_done_callback


def _start_thread(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def start_new_thread(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        # Python's own TypeError names what it was given, so what cannot be called is passed on.
        return original(_RawThread(function, _here()) if callable(function) else function, *args, **options)

    return start_new_thread


def _make_greenlet(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def spawn(*args: Any, **kwargs: Any) -> Any:
        start = _here()
        made = original(*args, **kwargs)
        # eventlet's own function returns a timer too.
        remember_start(made[1] if type(made) is tuple else made, start)
        return made

    return spawn


def _start_greenlet(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def start(self: Any, greenlet: Any, *args: Any, **kwargs: Any) -> Any:
        remember_start(greenlet, _here())
        return original(self, greenlet, *args, **kwargs)

    return start


def _init_greenlet(original: Callable[..., Any]) -> Callable[..., Any]:
    @_named_like(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        remember_start(self, _here())

    return __init__


class _Job:
    """A function handed to an executor or a future, which runs under the call that handed it over."""

    __slots__ = ("_fn", "_spawn")

    def __init__(self, fn: Callable[..., Any], spawn: Spawn) -> None:
        self._fn = fn
        self._spawn = spawn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        spawn = self._spawn
        recorders = [(key.recorder, origin) for key, origin in spawn.origins.items()]
        before = [(recorder, recorder.begin_job(origin)) for recorder, origin in recorders if recorder is not None]
        try:
            return self._fn(*args, **kwargs)
        finally:
            for recorder, origin in before:
                recorder.end_job(origin)


class _RawThread(_Job):
    """The function of a thread that `_thread` starts."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        hook: Any = _gettrace()
        # `threading` gives its own threads the trace function; of ours alone these shall have it too.
        if getattr(hook, "__module__", "").startswith("snapy_instrument."):
            _settrace(hook)
        return super().__call__(*args, **kwargs)

    def __repr__(self) -> str:
        # Python writes it where the function raises.
        return repr(self._fn)


# Module, class (or nothing) and name, and what takes the place of the method or function.
_PLACES: tuple[tuple[str, str, str, Callable[[Callable[..., Any]], Callable[..., Any]]], ...] = (
    ("threading", "Thread", "start", _thread_start),
    ("_thread", "", "start_new_thread", _start_thread),
    ("concurrent.futures.thread", "ThreadPoolExecutor", "submit", _submit),
    ("concurrent.futures", "Future", "add_done_callback", _add_done_callback),
    ("asyncio.base_events", "BaseEventLoop", "create_task", _create_task),
    ("asyncio.base_events", "BaseEventLoop", "call_soon", _call_soon),
    ("asyncio.base_events", "BaseEventLoop", "call_at", _schedule),
    ("asyncio.base_events", "BaseEventLoop", "call_soon_threadsafe", _schedule),
    ("trio._core._run", "Nursery", "start_soon", _schedule),
    ("trio._core._thread_cache", "ThreadCache", "start_thread_soon", _submit),
    ("anyio._backends._asyncio", "AsyncIOBackend", "run_sync_in_worker_thread", _submit),
    ("uvloop", "Loop", "create_task", _create_task),
    ("uvloop", "Loop", "call_soon", _call_soon),
    ("uvloop", "Loop", "call_at", _schedule),
    ("uvloop", "Loop", "call_later", _schedule),
    ("uvloop", "Loop", "call_soon_threadsafe", _schedule),
    ("gevent", "", "spawn", _make_greenlet),
    ("gevent", "", "spawn_later", _make_greenlet),
    ("gevent", "", "spawn_raw", _make_greenlet),
    ("gevent.pool", "Group", "start", _start_greenlet),
    ("gevent.pool", "Pool", "start", _start_greenlet),
    ("gevent.threadpool", "ThreadPool", "spawn", _submit),
    ("eventlet.greenthread", "GreenThread", "__init__", _init_greenlet),
    ("eventlet.greenthread", "", "_spawn_n", _make_greenlet),
)


class _Starts:
    """Replacements of the methods while a recorder watches; without one the originals are back."""

    def __init__(self) -> None:
        self._watchers: set[RecorderKey] = set()
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self._made: dict[tuple[Any, str], tuple[Any, Any]] = {}

    def watch(self, key: RecorderKey) -> None:
        """Let the recorder of ``key`` know of starts from now on."""
        with changing.lock:
            if not self._watchers:
                self._restore()  # what an interruption left
            self._watchers.add(key)
            self.look()
            recorder = key.recorder
            if recorder is not None:
                recorder.look_around = self.look

    def look(self) -> None:
        """Replace what the program has imported by now; watch the greenlets of the calling thread."""
        with changing.lock:
            if not self._watchers:
                return
            switches.watch()
            taken = {(owner, name) for owner, name, _, _ in self._replaced}
            for module, owner_name, name, make in _PLACES:
                owner = _owner(module, owner_name, name)
                if owner is not None and (owner, name) not in taken:
                    self._replace(owner, name, make)

    def unwatch(self, key: RecorderKey) -> None:
        """Let it know no more. A second call does nothing."""
        with changing.lock:
            self._watchers.discard(key)
            if not self._watchers:
                self._restore()

    def _replace(self, owner: Any, name: str, make: Callable[[Callable[..., Any]], Any]) -> None:
        held = owner.__dict__.get(name)
        original = getattr(owner, name) if held is None else held
        made = self._made.get((owner, name))
        # Made once for each original: a test run enters thousands of tracers.
        if made is None or made[0] is not original:
            of_class = type(original) is classmethod
            made = (original, classmethod(make(original.__func__)) if of_class else make(original))
            self._made[(owner, name)] = made
        replacement = made[1]
        # Written down before it is done: interrupted in between, `unwatch` puts it back all the same.
        self._replaced.append((owner, name, held, replacement))
        setattr(owner, name, replacement)

    def _restore(self) -> None:
        while self._replaced:
            owner, name, held, replacement = self._replaced[-1]
            # Whoever replaced it after us (a mock, another tool) put our function inside theirs: leave it.
            if owner.__dict__.get(name) is replacement:
                if held is None:
                    delattr(owner, name)
                else:
                    setattr(owner, name, held)
            self._replaced.pop()
        switches.forget()
        forget_starts()


def _owner(module: str, owner_name: str, name: str) -> Any:
    """Return the module or class that has the function, as far as the program has imported it, else None.

    A class that gevent puts in the place of one inherits the method; uvloop's inherits it from a class that C code
    made and nobody can change.
    """
    owner: Any = sys.modules.get(module)
    if owner is None or not owner_name:
        return owner if name in getattr(owner, "__dict__", ()) else None
    owner = getattr(owner, owner_name, None)
    if not isinstance(owner, type):
        return None
    found = next((each for each in owner.__mro__ if name in each.__dict__), None)
    return owner if found is not None and _is_fixed(found) else found


def _is_fixed(cls: type) -> bool:
    return not cls.__flags__ & _HEAP_TYPE or bool(cls.__flags__ & _IMMUTABLE)


# Flags of types: Include/object.h.
_IMMUTABLE, _HEAP_TYPE = 1 << 8, 1 << 9

starts = _Starts()
