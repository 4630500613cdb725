"""A program that hands a value on in every way there is."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple


class Carrier(Exception):
    """An error that carries a value."""


@dataclass
class Record:
    """Has it for a field."""

    value: Any


class Pair(NamedTuple):
    """Has it for an item."""

    one: Any
    two: Any


class Holder:
    """Has it for an attribute, and makes methods of it."""

    shared: Any = None

    def __init__(self, value: Any) -> None:
        self.value = value

    @classmethod
    def make(cls, value: Any) -> Holder:
        """A class method."""
        return cls(value)

    @staticmethod
    def plain(value: Any) -> Any:
        """A static method."""
        return value

    @property
    def held(self) -> Any:
        """A property."""
        return self.value


def take(value: Any, *rest: Any, option: Any = None, **more: Any) -> None:
    """Takes it in every position."""


def only(value: Any, /) -> None:
    """By position alone."""


def give(value: Any) -> Any:
    """Returns it."""
    return value


def fail(error: BaseException) -> None:
    """Raises it, or what carries it."""
    raise error


def method(self: Any, other: Any) -> Any:
    """Called with it as self."""
    return other


def steps(value: Any) -> Generator[Any, Any, Any]:
    """Yields it, gets it, returns it."""
    got = yield value
    try:
        yield got
    except Carrier:
        pass
    return value


async def work(value: Any) -> Any:
    """Awaits and returns it."""
    await asyncio.sleep(0)
    return value


async def items(value: Any) -> AsyncIterator[Any]:
    """Yields it asynchronously."""
    yield value
    await asyncio.sleep(0)
    yield [value]


@contextmanager
def opened(value: Any) -> Iterator[Any]:
    """Hands it to a with block."""
    yield value


def with_default(value: Any) -> None:
    """A function that has it for a default and in its closure."""

    def inner(one: Any = value, *, two: Any = value) -> Any:
        local = [value, one, two]
        return local[1:]

    inner()
    inner(value, two=1)
    inner(1)


def positions(value: Any) -> None:
    """As argument, result, item, field and attribute."""
    take(value)
    take(value, value, option=value, more=value)
    take(1, *[value] * 60, a=value, b=[value])
    only(value)
    give(value)
    give((value, [value], {1: value}, {"k": {"k": [value]}}))
    take(Record(value), Pair(value, value), functools.partial(give, value), [[[[[[[[value]]]]]]]])
    holder = Holder.make(value)
    give(holder.held)
    Holder.plain(value)
    take(Holder)
    method(value, value)
    with_default(value)
    with opened(value):
        pass


def failing(value: Any) -> None:
    """In an exception, as its cause and in its frame."""
    try:
        fail(Carrier(value, [value]))
    except Carrier as error:
        take(error)
    try:
        fail(ExceptionGroup("g", [Carrier(value)]))
    except ExceptionGroup:
        pass
    if any(base is BaseException for base in type.__dict__["__mro__"].__get__(type(value))):
        try:
            fail(value)
        except BaseException:
            pass


def suspended(value: Any) -> None:
    """Yielded, sent, thrown in, returned by a generator and awaited."""
    made = steps(value)
    next(made)
    made.send(value)
    try:
        made.throw(Carrier(value))
    except StopIteration:
        pass
    dropped = steps(value)
    next(dropped)
    del dropped
    asyncio.run(awaiting(value))


async def awaiting(value: Any) -> None:
    """Tasks, coroutines and async generators."""
    await work(value)
    await asyncio.create_task(work([value]))
    async for item in items(value):
        take(item)


WAYS_TO_HAND_ON: list[Callable[[Any], None]] = [positions, failing, suspended]
