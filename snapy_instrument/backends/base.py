"""The protocol of frame backends, which see frames begin and end and report them to recorders."""

from __future__ import annotations

__all__ = [
    "OWN_FILENAME",
    "Backend",
    "Capabilities",
    "FrameBackend",
    "FrameOptions",
    "StepBackend",
    "argument_picker",
    "gives_values",
    "handed_out",
    "stopped",
    "wanted_code",
    "wanted_site",
]

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from gc import get_referents
from operator import itemgetter
from types import CodeType
from typing import Any, Literal, Protocol, TypeAlias

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import ASYNC_ITEM
from snapy_instrument.recording.recorder import AWAITING, Recorder
from snapy_instrument.recording.sites import Kind, Site, site_of_code
from snapy_instrument.values import UNSET

keep_builtins(globals())

Backend: TypeAlias = Literal["auto", "proxy", "settrace", "monitoring"]
"""What users may ask for: proxied functions alone, a frame backend too, or the best one here."""

# warnings.warn(stacklevel=...) and logging's search for the caller pass over frames whose file looks like this
# (warnings.py and logging/__init__.py, both named _is_internal_frame), so they find the caller they would
# find without the proxy.
OWN_FILENAME = "<snapy_instrument importlib._bootstrap>"


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
        """``recorder`` gets the calls of the calling thread and of threads started from now on.

        Interrupted half way, it is undone by `stop`.
        """

    def stop(self, recorder: Recorder) -> None:
        """It gets no more. Interrupted half way, it is completed by a second call."""


class StepBackend(Protocol):
    """One way to see the steps of hooked generators, coroutines and async generators; shared by all tracers."""

    def refresh(self, lines: FrameOptions) -> None:
        """Record the steps for the tracers that are active now, with these line events; none, if there is no tracer."""

    def follow(self, code: CodeType, site: Site) -> None:
        """A function of this code object is called for the first time while a tracer is active."""


def wanted_code(code: CodeType) -> bool:
    """Return whether a frame of ``code`` is a call that somebody wrote.

    No comprehension, module or class body, or annotation scope.

    Comprehensions are inlined from 3.12 on and annotations get functions of their own from 3.14 on; leaving them
    all out makes the trace the same on every Python. So do methods that dataclasses and attrs write: which there
    are, and how they call each other, depends on their version.
    """
    name = code.co_name
    if code.co_filename == OWN_FILENAME:
        return False
    if code.co_qualname.startswith("__create_fn__.") or code.co_filename.startswith("<attrs generated "):
        return False
    if name.startswith("<"):
        return name == "<lambda>"
    return bool(code.co_flags & inspect.CO_OPTIMIZED) and name != "__annotate__"


def wanted_site(code: CodeType, namespace: dict[str, Any], recorders: Iterable[Recorder]) -> Site | None:
    """Return the site of frames of ``code`` with globals ``namespace``; None where no recorder wants it."""
    if not wanted_code(code):
        return None
    site = site_of_code(code, namespace, lambda site: any(recorder.accepts(site) for recorder in recorders))
    # Not what a recorder wants: one that has withdrawn wants nothing, and code that a backend then disables would stay
    # disabled for the next recorder that accepts the same sites.
    return site if site is not None and any(recorder.accepts(site) for recorder in recorders) else None


def gives_values(code: CodeType) -> bool:
    """What frames of ``code`` yield are values of the program's; what coroutines yield is a wish to wait.

    A generator that ``types.coroutine`` marked is awaited as a coroutine is.
    """
    return code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ITERABLE_COROUTINE) == inspect.CO_GENERATOR


def handed_out(values: bool, value: Any) -> Any:
    """Return what the event of a yield shows of ``value``; `AWAITING` for a frame that does not give ``values``."""
    if values:
        return value
    if type(value) is ASYNC_ITEM:
        # The type has no attribute for its item, but the collector finds it.
        return get_referents(value)[0]
    return AWAITING


def stopped(site: Site, exception: type) -> RuntimeError | None:
    """Return the exception that CPython makes of ``exception`` where it leaves a generator; None for others.

    The frame of the generator gets no event for it.
    """
    kind = site.kind
    if kind is Kind.PLAIN:
        return None
    # Not issubclass: a metaclass of the program may define __subclasscheck__.
    bases = _raw.mro(exception)
    if StopIteration in bases:
        return RuntimeError(f"{kind.value} raised StopIteration")
    if kind is Kind.ASYNC_GENERATOR and StopAsyncIteration in bases:
        return RuntimeError("async generator raised StopAsyncIteration")
    return None


def argument_picker(site: Site) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Return the function that takes the arguments of ``site``, in order, out of a frame's locals."""
    names = site.parameters
    if not names:
        return _nothing
    # In C: 3.11 and 3.12 pass a dict, 3.13 a proxy of the frame's variables (PEP 667).
    get = itemgetter(*names)

    def pick(values: Mapping[str, Any]) -> Sequence[Any]:
        try:
            return get(values) if len(names) > 1 else (get(values),)
        except KeyError:  # an argument that the function deleted before it was asked
            return [values.get(name, UNSET) for name in names]

    return pick


def _nothing(values: Mapping[str, Any]) -> Sequence[Any]:
    return ()
