"""What is traced while it is interrupted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from types import coroutine


class Failure(Exception):
    """What `fails` raises."""


class Box:
    """Calls a method while it is made."""

    def __init__(self, number: int) -> None:
        self.number = self.checked(number)

    def checked(self, number: int) -> int:
        """The number."""
        return number

    @property
    def double(self) -> int:
        """Twice the number."""
        return inner(self.number)


def inner(number: int) -> int:
    """Twice the number."""
    return 2 * number


def outer(number: int, *rest: object, key: str = "key", **more: object) -> list[object]:
    """Calls `inner` twice."""
    return [inner(number), inner(len(rest)), key, sorted(more)]


def fails(text: str) -> None:
    """Raises."""
    inner(1)
    raise Failure(text)


def recovers(text: str) -> str:
    """Calls what raises."""
    try:
        fails(text)
    except Failure as error:
        return str(error)
    return ""


def numbers(count: int) -> Generator[int, int | None, str]:
    """Hands out numbers, calling something in between."""
    for number in range(count):
        yield inner(number)
    return "end"


@coroutine
def switch() -> Iterator[None]:
    """Waits once."""
    yield


async def waits(number: int) -> int:
    """Waits in the middle."""
    before = inner(number)
    await switch()
    return before + inner(1)


async def items(count: int) -> AsyncIterator[int]:
    """Hands out numbers, waiting in between."""
    for number in range(count):
        await switch()
        yield inner(number)


async def collects(count: int) -> list[int]:
    """Takes what `items` hands out."""
    return [each async for each in items(count)]


def probe() -> str:
    """Called after everything."""
    return "probed"
