"""This project, with its defaults: arguments and results by value, redacted and bounded."""

from __future__ import annotations

from typing import Any

__all__ = ["Both", "Frame", "Proxy"]

import sys
from collections.abc import Sequence

from snapy_instrument import FunctionTracer, install_hook


class Proxy:
    """Functions wrapped by the hook; no frame backend."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """Install the hook."""
        install_hook(list(patterns))
        self.tracer = FunctionTracer(list(patterns), backend="proxy")

    def start(self) -> None:
        """Enter the tracer."""
        self.tracer.__enter__()

    def stop(self) -> None:
        """Leave it."""
        self.tracer.__exit__(None, None, None)

    def records(self) -> int:
        """Call events."""
        return sum(event.event_type == "call" for event in self.tracer.events)


class Both(Proxy):
    """The hook, and the frame backend that a tracer adds by default, for frames that no proxy covers."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """Install the hook."""
        super().prepare(patterns)
        self.tracer = FunctionTracer(list(patterns))


class Frame(Proxy):
    """No hook: sys.settrace on 3.11, sys.monitoring from 3.12 on."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """Make the tracer."""
        backend: Any = "monitoring" if sys.version_info >= (3, 12) else "settrace"
        self.tracer = FunctionTracer(list(patterns), backend=backend)
