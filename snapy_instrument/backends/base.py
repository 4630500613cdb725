"""What a frame backend is: something that sees frames begin and end and tells the recorders that asked."""

from __future__ import annotations

__all__ = ["Capabilities", "FrameBackend", "FrameOptions", "argument_picker", "wanted_code"]

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import CodeType
from typing import Any, Protocol

from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import Site
from snapy_instrument.values import UNSET


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do, as data.

    Attributes:
        frames: It sees calls of functions that have no proxy.
        lines: It can record line events.
        special_methods: It sees special methods, lambdas and nested functions wherever they are kept.
        needs_slot: It takes the interpreter's one trace function; another user of it is chained.
    """

    frames: bool
    lines: bool
    special_methods: bool
    needs_slot: bool


@dataclass(frozen=True)
class FrameOptions:
    """What one tracer wants of a frame backend: line events, and the changed locals with them."""

    lines: bool = False
    line_values: bool = False


class FrameBackend(Protocol):
    """One way to see frames; shared by all tracers that use it."""

    name: str
    capabilities: Capabilities

    @property
    def running(self) -> bool:
        """A tracer uses it now."""

    def unavailable(self) -> str | None:
        """Why it cannot start now, in a sentence, or None."""

    def start(self, recorder: Recorder, options: FrameOptions) -> None:
        """``recorder`` gets the calls of the calling thread and of threads started from now on."""

    def stop(self, recorder: Recorder) -> None:
        """It gets no more."""


def wanted_code(code: CodeType) -> bool:
    """The frame is a call somebody wrote: no comprehension, no module or class body, no annotation scope.

    Comprehensions are inlined from 3.12 on and annotations get functions of their own from 3.14 on; leaving them
    all out makes the trace the same on every Python.
    """
    name = code.co_name
    if name.startswith("<"):
        return name == "<lambda>"
    return bool(code.co_flags & inspect.CO_OPTIMIZED) and name != "__annotate__"


def argument_picker(site: Site) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """What takes the arguments of ``site``, in order, out of a frame's locals."""
    names = site.parameters
    if not names:
        return _nothing
    get = itemgetter(*names)

    def pick(values: Mapping[str, Any]) -> Sequence[Any]:
        try:
            return get(values) if len(names) > 1 else (get(values),)
        except KeyError:  # an argument that the function deleted before it was asked
            return [values.get(name, UNSET) for name in names]

    return pick


def _nothing(values: Mapping[str, Any]) -> Sequence[Any]:
    return ()
