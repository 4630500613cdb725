"""Tiny calls: the worst case for whoever records each one."""

from __future__ import annotations

CALLS_PER_REPEAT = 21_891
"""Calls of fib(20)."""


def fib(number: int) -> int:
    """Calls itself twice."""
    return number if number < 2 else fib(number - 1) + fib(number - 2)


def prepare(scale: float) -> int:
    """How often fib(20) is computed."""
    return max(1, round(12 * scale))


def run(repeats: int) -> int:
    """21,891 calls a repeat."""
    total = 0
    for _ in range(repeats):
        total += fib(20)
    return total
