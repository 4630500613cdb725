"""What a reasonable person writes who wants to see the calls and knows sys.settrace."""

from __future__ import annotations

__all__ = ["ByHand", "Recorder"]

import sys
import threading
from collections.abc import Sequence
from time import perf_counter
from types import FrameType
from typing import Any


def shown(value: object) -> str:
    """Its repr; objects whose constructor still runs often have none."""
    try:
        return repr(value)
    except Exception:
        return "<no repr>"


class Recorder:
    """Name, arguments, result and times of each call of some modules."""

    def __init__(self, packages: set[str]) -> None:
        self.packages = packages
        self.events: list[tuple[Any, ...]] = []

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        """A trace function."""
        code = frame.f_code
        if event == "call":
            if frame.f_globals.get("__name__") not in self.packages:
                return None
            frame.f_trace_lines = False
            values = frame.f_locals
            names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            arguments = {name: shown(values[name]) for name in names}
            self.events.append(("call", code.co_qualname, arguments, perf_counter()))
        elif event == "return":
            self.events.append(("return", code.co_qualname, shown(arg), perf_counter()))
        return self


class ByHand:
    """`Recorder` as a contender."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """Keep the patterns: which modules they mean is known when all are imported."""
        self.patterns = patterns
        self.recorder = Recorder(set())

    def start(self) -> None:
        """Set it in this thread and in new ones."""
        prefixes = tuple(pattern.removesuffix(".*") for pattern in self.patterns)
        self.recorder.packages = {name for name in sys.modules if name.startswith(prefixes)}
        threading.settrace(self.recorder)
        sys.settrace(self.recorder)

    def stop(self) -> None:
        """Take it away."""
        sys.settrace(None)
        threading.settrace(None)

    def records(self) -> int:
        """Call events."""
        return sum(event[0] == "call" for event in self.recorder.events)
