"""The chooser: which frame backend a tracer gets, and why."""

from __future__ import annotations

import sys

import pytest

from snapy_instrument import FunctionTracer
from snapy_instrument.backends.choose import choose_backend

HERE = [__name__]
MONITORING = sys.version_info >= (3, 12)


def leaf() -> None:
    """A function to trace."""


def test_auto_takes_the_best_and_says_why() -> None:
    """Monitoring where Python has it, else settrace with the reason."""
    choice = choose_backend("auto")
    assert choice.backend is not None
    expected = (
        "monitoring: sys.settrace stays free"
        if MONITORING
        else "settrace, because monitoring cannot start: sys.monitoring came"
    )
    assert choice.reason.startswith(expected)


def test_proxies_alone_take_no_frame_backend() -> None:
    """backend='proxy' starts nothing."""
    assert choose_backend("proxy").backend is None


def test_a_second_tracer_joins_the_running_backend() -> None:
    """Two tracers that ask for different backends share the first one's, and each call is recorded once by each."""
    with FunctionTracer(HERE, backend="settrace") as first, FunctionTracer(HERE, backend="auto") as second:
        leaf()
    assert second.backend_choice is not None
    joined = "settrace, because another active tracer uses it"
    assert second.backend_choice.reason.startswith(joined if MONITORING else "settrace")
    assert len(first.trace) == len(second.trace) == 1


def test_a_backend_this_python_lacks_is_refused() -> None:
    """Asking for monitoring on 3.11 is a ValueError with the reason and the way out."""
    if MONITORING:
        assert FunctionTracer(HERE, backend="monitoring").backend == "monitoring"
    else:
        with pytest.raises(ValueError, match=r"cannot start: sys.monitoring came with Python 3.12; backend='auto'"):
            FunctionTracer(HERE, backend="monitoring")
