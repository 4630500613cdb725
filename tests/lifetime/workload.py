"""Functions called very often."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass


@dataclass
class Order:
    """A record."""

    number: int
    name: str


class Unknown:
    """An object that is captured by its identity."""

    def __init__(self, number: int) -> None:
        self.number = number

    def method(self, other: object = None) -> object:
        """A method."""
        return other


# Known by identity: of objects that died a thousand are remembered before the first is forgotten.
POOL = [Unknown(number) for number in range(5)]


class Failure(Exception):
    """An error of its own."""


def add(one: int, two: int = 1) -> int:
    """The smallest call."""
    return one + two


def many() -> None:
    """Five thousand of them."""
    for number in range(5000):
        add(number)


def fail(number: int) -> None:
    """Raises."""
    raise Failure(number, f"order {number}")


def pass_on(number: int) -> None:
    """An exception goes through."""
    fail(number)


def numbers(count: int) -> Iterator[Unknown]:
    """A generator."""
    yield from POOL[:count]


async def item(number: int) -> Order:
    """A coroutine."""
    await asyncio.sleep(0)
    return Order(number, "a")


async def items() -> AsyncIterator[Order]:
    """An async generator."""
    for number in range(3):
        yield await item(number)


def calls(function: Callable[[], object]) -> object:
    """Hands on."""
    return function()


async def several() -> None:
    """Run tasks; one fails."""
    await asyncio.gather(*map(item, range(5)), asyncio.to_thread(add, 1))
    await asyncio.gather(asyncio.create_task(failing()), return_exceptions=True)
    async for _ in items():
        pass


async def failing() -> None:
    """A task that fails."""
    pass_on(1)


def mixed() -> None:
    """A bit of everything, with values never seen before."""
    for number in range(25):
        add(number, two=number)
        POOL[number % 5].method(POOL[-1])
        Order(number, f"order {number}" * 60)
        try:
            pass_on(number)
        except Failure:
            pass
        next(iter(numbers(2)))
        list(numbers(2))
    thread = threading.Thread(target=add, args=(1,))
    thread.start()
    thread.join()
    asyncio.run(several())
