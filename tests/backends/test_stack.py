"""The stack of the traced program: how deep it may go, and who stands on it."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument._twins import IMPLEMENTATION

NATIVE = IMPLEMENTATION == "native"
# A proxied call is one frame of ours in pure Python, which up to 3.11 counts for two.
LEAST_DEPTH = 0.9 if NATIVE else 0.45 if sys.version_info >= (3, 12) else 0.3


def fails() -> None:
    """Raises."""
    raise ValueError("lost")


def _two_up() -> str:
    return sys._getframe(2).f_code.co_name


def caller_of() -> str:
    """The name of the function that called this one."""
    return _two_up()


def warns() -> None:
    """Warns of its caller."""
    warnings.warn("lost", stacklevel=2)


def depth_of(wrap: Callable[[Any], Any]) -> int:
    """How many calls deep a function may call itself."""
    deepest = 0

    def probe(depth: int) -> None:
        nonlocal deepest
        deepest = depth
        again(depth + 1)

    again = wrap(probe)
    with pytest.raises(RecursionError):
        again(1)
    return deepest


def proxies() -> AbstractContextManager[Any]:
    """A tracer of proxied calls."""
    return FunctionTracer(["tests.backends.*"], backend="proxy")


def frames() -> AbstractContextManager[Any]:
    """A tracer that has a frame backend besides."""
    return FunctionTracer(["tests.backends.*"])


@pytest.mark.parametrize("recording", [nullcontext, proxies, frames])
def test_recursion_under_proxies_goes_nearly_as_deep_as_without(
    recording: Callable[[], AbstractContextManager[Any]],
) -> None:
    """At least 0.9 of the plain depth natively; the part that docs tell in pure Python."""
    plain = depth_of(lambda function: function)
    with recording():
        assert depth_of(traced) >= LEAST_DEPTH * plain


@pytest.mark.parametrize("recording", [nullcontext, proxies])
def test_a_traceback_through_a_proxy(recording: Callable[[], AbstractContextManager[Any]]) -> None:
    """Shows no frame of ours natively, at most one a proxied call in pure Python."""
    with recording(), pytest.raises(ValueError, match="lost") as caught:
        traced(fails)()
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    ours = [] if NATIVE else ["__call__"]
    assert names == ["test_a_traceback_through_a_proxy", *ours, "fails"]


def test_the_caller_of_a_proxied_function() -> None:
    """Is the caller itself, natively."""
    with proxies():
        found = traced(caller_of)()
    assert found == ("test_the_caller_of_a_proxied_function" if NATIVE else "__call__")


def test_a_warning_is_told_at_the_line_of_the_caller() -> None:
    """Of the code that called the proxied function, by either twin."""
    with proxies(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        traced(warns)()
    assert [each.filename for each in caught] == [__file__]
