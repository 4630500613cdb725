"""Small programs, each run under a backend and compared with the committed text of its trace.

A program is a file in ``programs/`` with a function ``main``. The text that its trace must have, on every backend and
Python, is next to it as ``<program>.trace``. Two comments choose how it is recorded: ``# detail: verbose`` sets the
level, ``# filter: a b !c`` replaces the pattern, by default the program's own name.
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
from typing import Any, Literal

from snapy_instrument import CallEvent, FunctionTracer, Trace, install_hook
from snapy_instrument.backends.hook.eligibility import is_safe_special

PROGRAMS = Path(__file__).parent / "programs"
# Modules that programs import while they run.
PARTS = PROGRAMS / "parts"
BACKENDS: list[Any] = ["proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]


def programs() -> list[str]:
    """Return the names of all programs."""
    return sorted(path.stem for path in PROGRAMS.glob("*.py"))


def expected(name: str) -> str:
    """Return the committed text of a program's trace."""
    return (PROGRAMS / f"{name}.trace").read_text(encoding="utf-8").removesuffix("\n")


def detail_of(name: str) -> Any:
    """Return the level at which a program is recorded."""
    return _comment(name, "detail") or "standard"


def patterns_of(name: str) -> list[str]:
    """Return the patterns that choose what is recorded, by default the program itself."""
    return (_comment(name, "filter") or name).split()


def _comment(name: str, word: str) -> str | None:
    source = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
    found = re.search(rf"^# {word}: (.+)$", source, re.MULTILINE)
    return found[1] if found else None


Hooked = Literal["not", "before", "after"]
"""Whether a hook wraps the program's functions, before its import or after it."""


@contextmanager
def loaded(name: str, hooked: Hooked) -> Iterator[ModuleType]:
    """Import the program's module anew, with its functions wrapped or not."""
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


def record(name: str, backend: Any, hooked: Hooked = "not") -> Trace:
    """Run a program's ``main`` under a backend and return the trace."""
    with loaded(name, hooked) as module:
        tracer = FunctionTracer(patterns_of(name), backend=backend, detail_level=detail_of(name), root=str(PROGRAMS))
        with tracer:
            module.main()
    return tracer.trace


def has_no_proxy(event: CallEvent) -> bool:
    """Return whether proxies leave this call to frames: only a ``def`` of an imported module gets a proxy.

    A lambda, a function made by ``exec``, a script run by runpy, and the special methods that `eligibility` leaves
    alone have none.
    """
    name = event.function_name
    if name == "<lambda>" or event.module == "__main__" or event.filename.startswith("<"):
        return True
    return name.startswith("__") and name.endswith("__") and not is_safe_special(name)


def without_unproxied(trace: Trace) -> Trace:
    """Return the trace without the calls that have no proxy; their children move up."""
    parents = {event.call_id: event.parent_id for event in trace.events if event.event_type == "call"}
    gone = {event.call_id for event in trace.events if event.event_type == "call" and has_no_proxy(event)}

    def visible(call_id: int | None) -> int | None:
        while call_id in gone:
            call_id = parents[call_id]
        return call_id

    kept = [replace(event, parent_id=visible(event.parent_id)) for event in trace.events if event.call_id not in gone]
    return Trace(kept, trace.options)
