"""Everything a program could look at to find out that somebody was here."""

from __future__ import annotations

import asyncio.base_events
import atexit
import concurrent.futures.thread
import contextlib
import contextvars
import gc
import inspect
import os
import sys
import threading
import warnings
from types import FunctionType, ModuleType
from typing import Any

Picture = dict[str, Any]

# Whose methods a tracer stands before.
OWNERS = [threading.Thread, concurrent.futures.Future, concurrent.futures.thread.ThreadPoolExecutor]
LOOP = asyncio.base_events.BaseEventLoop
TOOLS = range(6)


def open_files() -> list[int]:
    """The descriptors of open files below 1,024. Not by /proc/self/fd: some systems and containers have no /proc."""
    found = []
    for number in range(1024):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    return found


def of_the_interpreter() -> Picture:
    """What the process has one of: hooks, trace functions, tools, threads, open files."""
    found: Picture = {
        "sys.meta_path": list(sys.meta_path),
        "sys.path_hooks": list(sys.path_hooks),
        "sys.gettrace": sys.gettrace(),
        "sys.getprofile": sys.getprofile(),
        "threading.gettrace": threading.gettrace(),
        "threading.getprofile": threading.getprofile(),
        "sys.excepthook": sys.excepthook,
        "sys.unraisablehook": sys.unraisablehook,
        "asyncgen hooks": sys.get_asyncgen_hooks(),
        "switch interval": sys.getswitchinterval(),
        "recursion limit": sys.getrecursionlimit(),
        "warnings.filters": list(warnings.filters),
        "gc.callbacks": list(gc.callbacks),
        "gc.get_threshold": gc.get_threshold(),
        "atexit": atexit._ncallbacks(),
        "threads": threading.enumerate(),
        "context": dict(contextvars.copy_context().items()),
        "files": open_files(),
    }
    for owner in (*OWNERS, LOOP):
        found[owner.__qualname__] = list(owner.__dict__.items())
    if sys.version_info >= (3, 12):
        found["tools"] = [sys.monitoring.get_tool(number) for number in TOOLS]
        found["tool events"] = [
            sys.monitoring.get_events(number) for number in TOOLS if sys.monitoring.get_tool(number) is not None
        ]
    return found


if sys.version_info >= (3, 12):

    def left_in_monitoring(functions: list[FunctionType]) -> list[Any]:
        """Callbacks and events of code that an earlier user of a tool id left behind."""
        found: list[Any] = []
        events = [name for name in vars(sys.monitoring.events) if name.isupper() and name != "NO_EVENTS"]
        for number in TOOLS:
            if sys.monitoring.get_tool(number) is None:
                sys.monitoring.use_tool_id(number, "a look")
                found += [sys.monitoring.get_local_events(number, each.__code__) for each in functions]
                for name in events:
                    try:
                        found.append(
                            sys.monitoring.register_callback(number, getattr(sys.monitoring.events, name), None)
                        )
                    except ValueError:  # a name for several events
                        continue
                sys.monitoring.free_tool_id(number)
        return [each for each in found if each]


def of_modules(package: str) -> Picture:
    """The dictionaries of all modules of ``package`` and of their classes, in order, down to the parts of members."""
    found: Picture = {}
    for name in sorted(sys.modules):
        module = sys.modules[name]
        if name.partition(".")[0] == package and type(module) is ModuleType:
            found[name] = [(key, value, _parts(value)) for key, value in vars(module).items()]
            for value in vars(module).values():
                _add_class(found, value, package)
    return found


def _add_class(found: Picture, value: Any, package: str) -> None:
    if not inspect.isclass(value) or value.__module__.partition(".")[0] != package:
        return
    name = f"{value.__module__}:{value.__qualname__}"
    if name not in found:
        found[name] = [(key, member, _parts(member)) for key, member in value.__dict__.items()]
        for member in value.__dict__.values():
            _add_class(found, member, package)


def _parts(value: Any) -> Any:
    kind = type(value)
    if kind in (staticmethod, classmethod):
        return value.__func__, list(vars(value).items())
    if kind is property:
        return value.fget, value.fset, value.fdel, value.__doc__
    if kind is FunctionType:
        function: FunctionType = value
        return function.__code__, function.__defaults__, list(vars(function).items()), function.__closure__
    return list(value) if kind in (list, tuple, set) else None


def changes(before: Picture, after: Picture) -> list[str]:
    """Return the names of what differs: lists, tuples and dicts by equality, all else by identity."""
    return [name for name in before | after if not _same(before.get(name), after.get(name))]


def _same(one: Any, other: Any) -> bool:
    if type(one) is type(other):
        if isinstance(one, list | tuple):
            return len(one) == len(other) and all(map(_same, one, other))
        if isinstance(one, dict):
            return _same(list(one.items()), list(other.items()))
    return one is other or (type(one) in (str, int, float) and bool(one == other))
