"""A program recorded while every function of the modules it shares with us reports who called it.

`python -m tests.hostile.replaced_names proxy` prints one line for each place of ours that went through a name.
"""

from __future__ import annotations

__all__ = ["FOR_MAKING", "MODULES", "Reporter", "recorded"]

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import snapy_instrument
from snapy_instrument import FunctionTracer, StreamingTracer, traced
from snapy_instrument.backends.base import OWN_FILENAME
from snapy_instrument.recording import measures
from tests.conformance import harness
from tests.hostile.replacing import LEFT, is_function, replaced
from tests.lifetime import workload
from tests.native import paths

MODULES = (
    "_thread",
    "asyncio",
    "builtins",
    "collections",
    "contextlib",
    "contextvars",
    "copy",
    "dataclasses",
    "dis",
    "functools",
    "gc",
    "hashlib",
    "inspect",
    "io",
    "itertools",
    "linecache",
    "math",
    "operator",
    "os",
    "os.path",
    "posix",
    "random",
    "re",
    "resource",
    "signal",
    "sys",
    "threading",
    "time",
    "tokenize",
    "traceback",
    "tracemalloc",
    "types",
    "warnings",
    "weakref",
)
FOR_MAKING = ("_thread", "io", "os", "os.path", "posix", "threading", "time")
"""Those that making a tracer does not go through either; it does compile regular expressions."""
# What `functools.wraps` calls for the program, and what `os` takes from `_collections_abc` for itself. A tracer that is
# entered meanwhile has the reporting `start_new_thread` as the original, and calls it for the program.
_LEFT = LEFT | {"update_wrapper", "_check_methods", "start_new_thread"}
# In these modules a class is called as a function is; elsewhere it is inherited from and compared with.
_WITH_CLASSES = {"itertools", "functools", "contextlib"}
_OURS = str(Path(snapy_instrument.__file__).parent)
_PROGRAMS = {paths.__file__, workload.__file__, *map(str, harness.PROGRAMS.rglob("*.py"))}
# Our functions in the place of a function of the standard library: what that one calls is the program's affair.
_PASSES_ON = {OWN_FILENAME, str(Path(_OURS, "recording", "start_hooks.py"))}
# Importing is tested with the hook; functions that report cannot be pickled.
_LEFT_PROGRAMS = {"import_inside", "script_main", "pickling", "copying"}
_getframe = sys._getframe
_THIS = sys.modules[__name__]


class Reporter:
    """Replaces functions by ones that note where our own code called them."""

    def __init__(self) -> None:
        self._noted: set[tuple[str, CodeType, CodeType]] = set()

    @contextmanager
    def replaced(self, modules: tuple[str, ...] = MODULES, *, everywhere: bool = False) -> Iterator[None]:
        """Inside, each function of ``modules`` reports; ``everywhere``, also where another module holds it."""
        with replaced(
            modules,
            self._reporting,
            everywhere=everywhere,
            left=_LEFT,
            is_replaceable=_is_replaceable,
            is_kept=lambda module: module is _THIS,
        ):
            yield

    def _reporting(self, key: str, name: str, original: Any) -> Any:
        if type(original) is type:
            return _Class(self, key, name, original)
        note, getframe = self._note, _getframe

        def reporting(*args: Any, **kwargs: Any) -> Any:
            note(key, name, getframe(1))
            return original(*args, **kwargs)

        return reporting

    def _note(self, key: str, name: str, caller: FrameType) -> None:
        # Nothing here calls a function by a name that may be replaced.
        frame: FrameType | None = caller
        while frame is not None:
            code = frame.f_code
            filename = code.co_filename
            if filename in _PASSES_ON:
                if frame is caller and filename != OWN_FILENAME:
                    self._noted.add((name, code, code))
            elif filename.startswith(_OURS):
                self._noted.add((name, code, caller.f_code))
                return
            elif filename in _PROGRAMS:
                # Nothing of Python is between the program and a name that its code does not have: our C code.
                if frame is caller and key not in code.co_names:
                    self._noted.add((name, code, code))
                return
            frame = frame.f_back

    def found(self) -> list[str]:
        """Return ``name: place`` of each call by a name."""
        return sorted(
            f"{name}: {_place(code)}" + ("" if called is code else f" via {_place(called)}")
            for name, code, called in self._noted
        )


class _Class:
    """A class that reports each object made."""

    def __init__(self, reporter: Reporter, key: str, name: str, original: Any) -> None:
        self._held = (reporter, key, name, original)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        reporter, key, name, original = self._held
        reporter._note(key, name, _getframe(1))
        return original(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held[3], name)

    def __mro_entries__(self, bases: Any) -> tuple[type]:
        return (self._held[3],)


def _is_replaceable(value: Any, module: str) -> bool:
    return is_function(value, module) or (module in _WITH_CLASSES and type(value) is type)


def _place(code: CodeType) -> str:
    return f"{Path(code.co_filename).stem}.{code.co_qualname}"


def programs(backend: Any) -> Iterator[tuple[str, Callable[[], object], dict[str, Any]]]:
    """What is recorded: name, program and options of each."""
    patterns = ["tests.native.*", "tests.lifetime.*"]
    by_frame = paths.program(lambda obj: obj)
    by_proxy = paths.program(lambda obj: traced(paths._copy(obj)))
    for options in ({}, {"max_events": 20}, {"detail_level": "verbose", "trace_lines": backend != "proxy"}):
        yield "paths", by_proxy if backend == "proxy" else by_frame, {"include": patterns, **options}
    yield "workload", workload.mixed, {"include": patterns}
    for name in harness.programs():
        if name not in _LEFT_PROGRAMS:
            with harness.loaded(name, "before" if backend == "proxy" else "not") as module:
                yield name, module.main, {"include": harness.patterns_of(name), "detail_level": "verbose"}


def recorded(backend: Any, modules: tuple[str, ...] = MODULES, *, everywhere: bool = False) -> list[str]:
    """Run programs recorded by ``backend``; return what our code called by name, entering and leaving included.

    ``none`` records nothing.
    """
    measures.SAMPLE_SECONDS = 0.0
    reporter = Reporter()
    for _, run, options in programs(backend):
        if backend == "none":
            with reporter.replaced(modules, everywhere=everywhere):
                run()
        else:
            # Two recorders at once, the second makes events while the program runs; then one alone.
            own = tuple(name for name in modules if name in FOR_MAKING)
            with reporter.replaced(own, everywhere=everywhere):
                streaming = StreamingTracer(10, backend=backend, **{**options, "max_events": None})
                tracers = [FunctionTracer(backend=backend, **options) for _ in range(2)]
            with reporter.replaced(modules, everywhere=everywhere):
                with tracers[0], streaming:
                    run()
                with tracers[1]:
                    run()
    return reporter.found()


if __name__ == "__main__":
    print(*recorded(sys.argv[1], tuple(sys.argv[2:]) or MODULES, everywhere=bool(sys.argv[2:])), sep="\n")
