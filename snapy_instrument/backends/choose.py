"""Which frame backend a tracer uses, with the reason in a sentence."""

from __future__ import annotations

__all__ = ["BACKENDS", "Choice", "check_backend", "choose_backend", "record_steps"]

from dataclasses import dataclass
from typing import get_args

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import monitoring
from snapy_instrument.backends.base import Backend, FrameBackend, StepBackend
from snapy_instrument.backends.frames.evaluation import evaluation_backend
from snapy_instrument.backends.frames.monitoring.tool import monitoring_backend
from snapy_instrument.backends.frames.settrace import settrace_backend
from snapy_instrument.backends.proxy.suspendable import suspendable_code
from snapy_instrument.recording.sink import proxied

keep_builtins(globals())

# In the order of preference.
_FRAME_BACKENDS: dict[str, FrameBackend] = {"monitoring": monitoring_backend, "settrace": settrace_backend}
BACKENDS: tuple[Backend, ...] = get_args(Backend)


@dataclass(frozen=True)
class Choice:
    """A frame backend, or None for proxies alone, with the reason."""

    backend: FrameBackend | None
    reason: str


def _debugger_monitors() -> bool:
    """Return whether a debugger runs on sys.monitoring, as pdb does from 3.14 on: bdb then uses ``f_trace``."""
    if monitoring is not None:
        return monitoring.get_tool(monitoring.DEBUGGER_ID) is not None
    return False


def check_backend(name: Backend) -> Backend:
    """Return ``name`` if a backend has that name and this Python can run it.

    Raises:
        ValueError: No backend is called ``name``, or it can never start here.
    """
    if name not in BACKENDS:
        raise ValueError(f"backend={name!r} is not one of {', '.join(map(repr, BACKENDS))}")
    if name in _FRAME_BACKENDS:
        reason = _FRAME_BACKENDS[name].unavailable()
        if reason is not None:
            raise ValueError(f"backend={name!r} cannot start: {reason}; backend='auto' takes one that can")
    return name


def choose_backend(name: Backend) -> Choice:
    """Return what a tracer with ``backend=name`` uses now.

    All active tracers share one frame backend: two would each see the frames that proxies announce to one.
    """
    if name == "proxy":
        return Choice(None, "proxy: functions that have no proxy are not recorded")
    for running in _FRAME_BACKENDS.values():
        if running.running and running.name != name:
            return Choice(running, f"{running.name}, because another active tracer uses it")
    refused = monitoring_backend.unavailable()
    # Our local trace functions would replace the debugger's in `f_trace`, and it would stop no more.
    if name == "settrace" and refused is None and _debugger_monitors():
        return Choice(monitoring_backend, "monitoring: a debugger on sys.monitoring keeps its state in f_trace")
    if name != "auto":
        return Choice(_FRAME_BACKENDS[name], f"{name}, as asked for")
    if refused is None:
        return Choice(monitoring_backend, "monitoring: sys.settrace stays free, unwanted code runs at full speed")
    return Choice(settrace_backend, f"settrace, because monitoring cannot start: {refused}")


# What records the steps of hooked suspendable functions; the same until no tracer is active.
_step_backend: list[StepBackend] = []


def _choose_step_backend() -> StepBackend:
    # Local events cost code without them nothing. 3.11 has none: natively a frame evaluation function sees the steps.
    if monitoring_backend.unavailable() is None:
        return monitoring_backend
    return evaluation_backend if evaluation_backend.unavailable() is None else settrace_backend


def record_steps() -> None:
    """Record the steps of hooked suspendable functions for the tracers that are active now.

    Called, with the lock held, whenever a tracer has started or stopped.
    """
    if not _step_backend:
        # Not chosen anew while tracers are active: generators that run now have begun under this one.
        _step_backend.append(_choose_step_backend())
    backend = _step_backend[0]
    suspendable_code.registered = backend.follow if proxied.recorders else None
    backend.refresh(settrace_backend.line_options)
    if not proxied.recorders:
        _step_backend.clear()
