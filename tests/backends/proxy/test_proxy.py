"""A proxy keeps what decorators write on it, as the function itself would."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
import types
import typing
from collections.abc import Callable, Generator
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument.backends.proxy.proxy import CallProxy


def doubled(function: Callable[..., int]) -> Callable[..., int]:
    """A decorator whose wrapper has a proxy."""

    @functools.wraps(function)
    @traced
    def wrapper(*args: int) -> int:
        return 2 * function(*args)

    return wrapper


@doubled
@traced
def price(count: int) -> int:
    """Both have a proxy."""
    return count


def test_wraps_writes_on_the_function() -> None:
    """``__wrapped__`` is what the wrapper wraps; the wrapper still runs."""
    assert price(3) == 6
    inner = price.__wrapped__  # type: ignore[attr-defined]
    assert issubclass(type(inner), CallProxy)
    assert inner(3) == 3
    assert inspect.signature(price) == inspect.signature(inner)
    assert inspect.unwrap(price).__code__ is inner.__code__


def test_a_proxy_without_wraps_unwraps_to_its_function() -> None:
    """As tools expect of a wrapper."""
    assert type(inspect.unwrap(price)) is types.FunctionType


def test_a_proxy_answers_for_its_function() -> None:
    """Names, annotations and code are the function's."""
    assert typing.get_type_hints(price) == {"count": int, "return": int}
    assert price.__name__ == price.__qualname__ == "price"
    assert price.__module__ == __name__


def test_a_proxy_is_shown_as_its_function() -> None:
    """What an assertion or a log line shows of it, alone or in a list, is what the function itself would show."""
    function = price._self_function  # type: ignore[attr-defined]
    assert repr(price) == repr(function)
    assert f"{price!r} {price} {[price]}" == f"{function!r} {function} {[function]}"


def test_a_wrapper_is_pickled_and_copied_as_itself() -> None:
    """By the name that wraps has given it."""
    assert pickle.loads(pickle.dumps(price)) is price
    assert copy.copy(price) is copy.deepcopy(price) is price


def test_types_coroutine_makes_it_awaitable() -> None:
    """The decorator gives the function other code; its generators can be awaited, and are one call each."""

    @types.coroutine
    @traced
    def pause(value: str) -> Generator[str, Any, str]:
        sent = yield value
        return f"{value} {sent}"

    async def wait() -> str:
        return await pause("a")

    with FunctionTracer([__name__]) as tracer:
        waiting = wait()
        assert waiting.send(None) == "a"
        with pytest.raises(StopIteration, match="a b"):
            waiting.send("b")
    calls = [event.function_name for event in tracer.events if event.event_type == "call"]
    assert calls == ["wait", "pause"]
