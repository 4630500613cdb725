"""Four threads that work at the same time."""

from __future__ import annotations

from threading import Thread

THREADS = 4


def digits(number: int, base: int) -> list[int]:
    """Most significant last."""
    found = []
    while number:
        number, digit = divmod(number, base)
        found.append(digit)
    return found


def weight(numbers: list[int]) -> int:
    """The sum of all."""
    return sum(numbers)


def job(first: int, count: int, results: dict[int, int]) -> None:
    """Leaves its result under its first number."""
    total = 0
    for number in range(first, first + count):
        total += weight(digits(number, 10))
    results[first] = total


def prepare(scale: float) -> int:
    """Numbers for each thread."""
    return max(1, round(15000 * scale))


def run(count: int) -> int:
    """Two calls a number and thread."""
    results: dict[int, int] = {}
    threads = [Thread(target=job, args=(index * count, count, results)) for index in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(results.values())
