"""`cost_per_event`: what recording one event costs on this machine, measured for each backend."""

from __future__ import annotations

__all__ = ["cost_per_event"]

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from snapy_instrument.backends.base import Backend, FrameOptions
from snapy_instrument.backends.choose import BACKENDS, check_backend
from snapy_instrument.backends.proxy.proxy import make_proxy
from snapy_instrument.backends.session import Run
from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import site_of_function

_CALLS = 2000
_ROUNDS = 5


@lru_cache(maxsize=len(BACKENDS))
def cost_per_event(backend: Backend) -> float:
    """Return the seconds that recording one event with ``backend`` takes here, by the twin that is loaded.

    Raises:
        ValueError: No backend has that name, or it cannot start on this Python.
    """
    check_backend(backend)
    if backend == "auto":
        raise ValueError("backend='auto' records nothing itself: name the backend that it chose")
    # The best of each kind, not the best difference: that one is least where the plain calls were held up.
    rounds = [_round(backend) for _ in range(_ROUNDS)]
    best = min(recorded for _, recorded in rounds) - min(plain for plain, _ in rounds)
    return max(best, 0.0) / (2 * _CALLS)


def _sample(number: int, text: str) -> int:
    return number


def _round(backend: Backend) -> tuple[float, float]:
    """Return the seconds that plain calls take, and that recorded ones take."""
    plain = _seconds(_sample)
    # Other tracers stay active: their filters never match this library.
    recorder = Recorder(lambda site: site.code is _sample.__code__, Capture())
    function = make_proxy(_sample, site_of_function(_sample)) if backend == "proxy" else _sample  # type: ignore[arg-type]
    run = Run(recorder, backend, FrameOptions())
    run.start()
    try:
        return plain, _seconds(function)
    finally:
        run.stop()
        recorder.close()


def _seconds(function: Callable[..., Any]) -> float:
    start = time.perf_counter()
    for number in range(_CALLS):
        function(number, "text")
    return time.perf_counter() - start
