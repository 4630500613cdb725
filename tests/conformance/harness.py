"""Runs a small program under a backend and gives the text of its trace.

A program is a file in ``programs/`` with a function ``main``; the text its trace must have, whatever the backend
and the Python, stands beside it as ``<program>.trace``. Two comments say how it is recorded: ``# detail: verbose``
asks for that level, ``# filter: a b !c`` for these patterns in place of the program's own name.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Literal

from snapy_instrument import CallEvent, FunctionTracer, Trace, install_hook
from snapy_instrument.backends.hook.eligibility import is_safe_special

PROGRAMS = Path(__file__).parent / "programs"
# Modules that programs import while they run.
PARTS = PROGRAMS / "parts"
BACKENDS = ["proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]


def programs() -> list[str]:
    """The names of all programs."""
    return sorted(path.stem for path in PROGRAMS.glob("*.py"))


def expected(name: str) -> str:
    """The committed text of a program's trace."""
    return (PROGRAMS / f"{name}.trace").read_text(encoding="utf-8").removesuffix("\n")


def detail_of(name: str) -> str:
    """The detail level a program asks for."""
    return _asked(name, "detail") or "standard"


def patterns_of(name: str) -> list[str]:
    """The modules and functions that are recorded: the program, if it does not say otherwise."""
    return (_asked(name, "filter") or name).split()


def _asked(name: str, word: str) -> str | None:
    source = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
    found = re.search(rf"^# {word}: (.+)$", source, re.MULTILINE)
    return found[1] if found else None


Hooked = Literal["not", "before", "after"]
"""Whether a hook wraps the program's functions, before its import or after it."""


@contextmanager
def loaded(name: str, hooked: Hooked) -> Iterator[ModuleType]:
    """The program's module, freshly imported, with its functions wrapped or not."""
    with ExitStack() as stack:
        for folder in (PARTS, PROGRAMS):
            sys.path.insert(0, str(folder))
            stack.callback(sys.path.remove, str(folder))
            for path in folder.glob("*.py"):
                stack.callback(sys.modules.pop, path.stem, None)
        if hooked == "before":
            stack.enter_context(install_hook(patterns_of(name)))
        module = importlib.import_module(name)
        if hooked == "after":
            stack.enter_context(install_hook(patterns_of(name)))
        yield module


def record(name: str, backend: str, hooked: Hooked = "not") -> Trace:
    """Run a program's ``main`` under a backend."""
    with loaded(name, hooked) as module:
        tracer = FunctionTracer(patterns_of(name), backend=backend, detail_level=detail_of(name), root=str(PROGRAMS))
        with tracer:
            module.main()
    return tracer.trace


def has_no_proxy(event: CallEvent) -> bool:
    """The law of proxies: who is no ``def`` of an imported module has none, nor have some special methods.

    That is a lambda, a function made by ``exec``, a script run by runpy, and the special methods that rules.py
    leaves alone.
    """
    name = event.function_name
    if name == "<lambda>" or event.module == "__main__" or event.filename.startswith("<"):
        return True
    return name.startswith("__") and name.endswith("__") and not is_safe_special(name)


def without_unproxied(trace: Trace) -> Trace:
    """The trace as proxies alone can see it: calls that have no proxy are left out, their children stay."""
    parents = {event.call_id: event.parent_id for event in trace.events if event.event_type == "call"}
    gone = {event.call_id for event in trace.events if event.event_type == "call" and has_no_proxy(event)}

    def visible(call_id: int | None) -> int | None:
        while call_id in gone:
            call_id = parents[call_id]
        return call_id

    kept = [replace(event, parent_id=visible(event.parent_id)) for event in trace.events if event.call_id not in gone]
    return Trace(kept, trace.options)
