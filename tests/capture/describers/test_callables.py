"""Functions, classes, modules and generators."""

from __future__ import annotations

import functools
import math
import types
import unittest.mock
from collections.abc import Iterator
from typing import Any

import pytest
import wrapt

from snapy_instrument.capture.capture import Capture
from snapy_instrument.values import Mark, Ref
from tests.capture.hostile import Traps

HERE = __name__


@wrapt.decorator
def through(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    """Calls the wrapped function."""
    return wrapped(*args, **kwargs)


@through
def wrapped() -> None:
    """Behind a wrapt proxy."""


@functools.lru_cache
def cached() -> None:
    """Behind a cache."""


def numbers() -> Iterator[int]:
    """A generator function."""
    yield 1


async def fetch() -> None:
    """A coroutine function."""


async def stream() -> Any:
    """An async generator function."""
    yield 1


class Shop:
    """A class with methods of every kind."""

    def total(self) -> None:
        """A method."""

    @classmethod
    def make(cls) -> None:
        """A class method."""

    @through
    def traced(self) -> None:
        """A method behind a proxy."""


PROXY = Shop.__dict__["traced"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (numbers, f"<function {HERE}.numbers>"),
        (lambda: None, f"<function {HERE}.<lambda>>"),
        (wrapped, f"<function {HERE}.wrapped>"),
        (cached, f"<function {HERE}.cached>"),
        (len, "<built-in function len>"),
        (math.sqrt, "<built-in function math.sqrt>"),
        ([].append, "<built-in function list.append>"),
        (dict.fromkeys, "<built-in function dict.fromkeys>"),
        (str.join, "<method str.join>"),
        (int.__add__, "<method int.__add__>"),
        ((1).__add__, "<bound method int.__add__>"),
        (Shop().total, f"<bound method {HERE}.Shop.total>"),
        (Shop.make, f"<bound method {HERE}.Shop.make>"),
        (PROXY, f"<function {HERE}.Shop.traced>"),
        (Shop().traced, f"<function {HERE}.Shop.traced>"),
        (types.MethodType(PROXY, Shop()), f"<bound method {HERE}.Shop.traced>"),
        (types.MethodType(len, []), "<bound method len>"),
        (types.MethodType(Shop, []), f"<bound method {HERE}.Shop>"),
        (Shop, f"<class {HERE}.Shop>"),
        (int, "<class int>"),
        (math, "<module math>"),
        (types.ModuleType.__new__(types.ModuleType), "<module ?>"),
        (numbers(), f"<generator {HERE}.numbers>"),
        (stream(), f"<async generator {HERE}.stream>"),
    ],
)
def test_by_name(value: Any, expected: str) -> None:
    """Module and qualified name, never an address."""
    assert Capture().value(value) == Mark(expected)


def test_a_coroutine_stays_as_it_was() -> None:
    """A coroutine is named, not awaited and not closed."""
    coroutine = fetch()
    assert Capture().value(coroutine) == Mark(f"<coroutine {HERE}.fetch>")
    with pytest.raises(StopIteration):
        coroutine.send(None)


def test_a_generator_is_not_consumed() -> None:
    """A generator still yields everything, and reads by name when it is finished."""
    generator = numbers()
    Capture().value(generator)
    assert list(generator) == [1]
    assert Capture().value(generator) == Mark("<generator numbers>")


def test_a_lazy_module_stays_asleep() -> None:
    """A module that loads on attribute access is named from its dict."""

    class Lazy(types.ModuleType):
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError("woken")

    assert Capture().value(Lazy("shop")) == Mark("<module shop>")


def test_lazy_proxies_stay_asleep() -> None:
    """A lazy wrapt proxy does not make its object."""
    proxy = wrapt.LazyObjectProxy(lambda: pytest.fail("woken"))
    assert type(Capture().value(proxy)) is Ref


def test_a_mock_is_not_called() -> None:
    """A Mock is described by identity and records no call."""
    mock = unittest.mock.MagicMock()
    assert Capture().value(mock) == Ref("MagicMock", 1)
    assert mock.mock_calls == []


def test_a_bound_method_of_hostile_parts() -> None:
    """A method whose function and object are hostile is described by type."""
    traps = Traps()
    method = types.MethodType(traps.make(), traps.make())
    assert type(Capture().value(method)) is Ref
    assert not traps.called


def test_a_hostile_class_is_named() -> None:
    """A class with a trapped metaclass is named without a call."""
    traps = Traps()
    cls = traps.cls()
    assert Capture().value(cls) == Mark("<class tests.capture.hostile.Hostile>")
    assert not traps.called


def test_function_attributes_that_are_no_texts() -> None:
    """A function whose ``__module__`` is an object of the user's is named without it."""
    traps = Traps()

    def function() -> None:
        pass

    function.__module__ = traps.make()
    function.__qualname__ = "total"
    assert Capture().value(function) == Mark("<function total>")
    assert not traps.called


def test_a_proxy_without_its_function() -> None:
    """A wrapper that was never initialised is described by type."""
    proxy = wrapt.FunctionWrapper.__new__(wrapt.FunctionWrapper)
    assert type(Capture().value(proxy)) is Ref


def test_wrappers_of_one_another_end() -> None:
    """A chain of wrappers without end is described by type."""
    proxy: Any = wrapped
    for _ in range(50):
        proxy = through(proxy)
    assert type(Capture().value(proxy)) is Ref
