"""Generators and coroutines, driven without a library."""

from __future__ import annotations

from collections import deque
from collections.abc import Coroutine, Generator, Iterator
from types import coroutine
from typing import Any


def numbers(count: int) -> Iterator[int]:
    """From 0 on."""
    number = 0
    while number < count:
        yield number
        number += 1


def squares(source: Iterator[int]) -> Iterator[int]:
    """Of each."""
    for number in source:
        yield number * number


def both(count: int) -> Generator[int, None, int]:
    """Twice over, delegated."""
    yield from squares(numbers(count))
    yield from squares(numbers(count))
    return count


def running_mean() -> Generator[float, float, None]:
    """Takes what is sent."""
    total = count = 0.0
    while True:
        count += 1
        total += yield total / count


@coroutine
def pause() -> Generator[None, None, None]:
    """Lets others run."""
    yield


async def fetch(key: str, delay: int) -> dict[str, object]:
    """Pauses some times."""
    for _ in range(delay):
        await pause()
    return {"key": key, "delay": delay}


async def worker(number: int, jobs: int) -> int:
    """Fetches one after the other."""
    total = 0
    for job in range(jobs):
        found = await fetch(f"{number}/{job}", 2)
        total += len(str(found["key"]))
    return total


def together(coroutines: list[Coroutine[Any, Any, int]]) -> int:
    """Runs them in turns; the sum of their results."""
    ready = deque(coroutines)
    total = 0
    while ready:
        current = ready.popleft()
        try:
            current.send(None)
        except StopIteration as end:
            total += end.value
        else:
            ready.append(current)
    return total


def prepare(scale: float) -> int:
    """Number of rounds."""
    return max(1, round(1500 * scale))


def run(rounds: int) -> int:
    """Five generators and some 70 coroutines a round."""
    total = 0
    for number in range(rounds):
        total += sum(both(10))
        mean = running_mean()
        next(mean)
        total += int(sum(mean.send(value) for value in range(5)))
        total += together([worker(number + each, 5) for each in range(4)])
    return total
