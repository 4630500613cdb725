"""Which frame backend a tracer uses, with the reason in a sentence."""

from __future__ import annotations

__all__ = ["BACKENDS", "Choice", "choose_backend"]

from dataclasses import dataclass

from snapy_instrument.backends.base import FrameBackend
from snapy_instrument.backends.monitoring import monitoring_backend
from snapy_instrument.backends.settrace import settrace_backend

_FRAME_BACKENDS: dict[str, FrameBackend] = {"settrace": settrace_backend, "monitoring": monitoring_backend}
BACKENDS = ("auto", "proxy", *_FRAME_BACKENDS)


@dataclass(frozen=True)
class Choice:
    """A frame backend, or None for proxies alone, and why."""

    backend: FrameBackend | None
    reason: str


def choose_backend(name: str) -> Choice:
    """The backend called ``name``; "auto" takes the best that can start.

    Raises:
        ValueError: No backend is called ``name``, or it cannot start.
    """
    if name == "proxy":
        return Choice(None, "proxies alone: functions without a proxy are not recorded")
    if name == "auto":
        refused = monitoring_backend.unavailable()
        if refused is None:
            return Choice(monitoring_backend, "monitoring: it leaves sys.settrace to others and unwanted code alone")
        return Choice(settrace_backend, f"settrace, because monitoring cannot start: {refused}")
    backend = _FRAME_BACKENDS.get(name)
    if backend is None:
        raise ValueError(f"backend={name!r} is not one of {', '.join(map(repr, BACKENDS))}")
    reason = backend.unavailable()
    if reason is not None:
        raise ValueError(f"backend={name!r} cannot start: {reason}")
    return Choice(backend, f"asked for by backend={name!r}")
