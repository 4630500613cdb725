"""`bind` agrees with Python's own argument binding."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.backends.proxy.binding import bind
from snapy_instrument.recording.sites import site_of_function

SIGNATURES = [
    "",
    "a",
    "a, b=2",
    "a, /, b",
    "a, b=2, /, c=3, *, d, e=5",
    "*rest",
    "a, *rest, k=1",
    "**more",
    "a, /, **more",
    "a=1, *rest, k, **more",
    "a, *, k",
    "a=1, /, b=2, *rest, k=3, **more",
]


def make(signature: str) -> FunctionType:
    """A function of this signature that returns its arguments."""
    namespace: dict[str, Any] = {}
    exec(f"def function({signature}): return locals()", namespace)
    function: FunctionType = namespace["function"]
    return function


def by_python(function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """What the function itself sees, or None where the call raises TypeError."""
    try:
        seen: dict[str, Any] = function(*args, **kwargs)
    except TypeError:
        return None
    return seen


@settings(deadline=None, max_examples=400)
@given(
    signature=st.sampled_from(SIGNATURES),
    args=st.lists(st.integers(), max_size=5).map(tuple),
    kwargs=st.dictionaries(st.sampled_from("abcdekz"), st.integers(), max_size=4),
)
def test_bind_sees_what_the_function_sees(signature: str, args: tuple[int, ...], kwargs: dict[str, int]) -> None:
    """Bound values equal the function's own locals, and calls that raise TypeError bind to None."""
    function = make(signature)
    values = bind(function, args, kwargs)
    names = site_of_function(function).parameters
    assert (None if values is None else dict(zip(names, values, strict=True))) == by_python(function, args, kwargs)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_parameters_stand_in_the_order_of_the_signature(signature: str) -> None:
    """A site's parameters are those of inspect.signature."""
    function = make(signature)
    assert site_of_function(function).parameters == tuple(inspect.signature(function).parameters)


def test_changed_defaults_are_seen() -> None:
    """Defaults are read at the call: a program may change them."""
    function = make("a=1")
    function.__defaults__ = (5,)
    assert bind(function, (), {}) == [5]
