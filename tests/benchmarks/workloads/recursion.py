"""Deep recursion."""

from __future__ import annotations

import sys

DEPTH = 1000


def down(depth: int, path: str) -> int:
    """One deeper."""
    return 1 if depth == 0 else 1 + down(depth - 1, path)


def even(number: int) -> bool:
    """By way of `odd`."""
    return True if number == 0 else odd(number - 1)


def odd(number: int) -> bool:
    """By way of `even`."""
    return False if number == 0 else even(number - 1)


def prepare(scale: float) -> int:
    """Number of dives. A tracer's own frames count too, so the limit is raised."""
    sys.setrecursionlimit(20 * DEPTH)
    return max(1, round(100 * scale))


def run(dives: int) -> int:
    """Some 2,000 calls a dive."""
    total = 0
    for number in range(dives):
        total += down(DEPTH, f"dive {number}") + even(DEPTH)
    return total
