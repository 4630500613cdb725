"""What messages and reports share: counted nouns, lists of names, texts cut short, the refusal of a wrong number."""

from __future__ import annotations

__all__ = ["count", "either", "number", "shorten", "whole_number"]

from collections.abc import Sequence
from typing import Any


def count(number: int, one: str, many: str = "") -> str:
    """Return ``1 call``, ``2 calls``; ``many`` is the plural where an added "s" is not."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def either(names: Sequence[str], word: str = "or") -> str:
    """Return ``a, b or c``; another ``word`` joins the last name in its place."""
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def shorten(text: str, longest: int) -> str:
    """Return ``text``, of a longer one its beginning and ``...``, ``longest`` characters in all."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def whole_number(name: str, value: Any, *, least: int = 0, most: int | None = None, no_limit: int | None = None) -> int:
    """Return ``value``.

    Args:
        name: What the message calls it.
        value: The value to check.
        least: The smallest number allowed.
        most: The greatest, None for any.
        no_limit: A number below ``least`` that is allowed too and means no limit.

    Raises:
        ValueError: It is no int in that range: ``must be 0 or more (or -1 for no limit), got -5``.
    """
    # Not isinstance: ``max_depth=True`` is a mistake, not a depth of 1.
    if type(value) is not int:
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    if value != no_limit and (value < least or (most is not None and value > most)):
        wanted = f"{least} or more" if most is None else f"from {least} to {most}"
        without = "" if no_limit is None else f" (or {no_limit} for no limit)"
        raise ValueError(f"{name} must be {wanted}{without}, got {value!r}")
    return value


def number(name: str, value: Any) -> float:
    """Return ``value``, a number of 0 or more.

    Raises:
        ValueError: It is neither an int nor a float, is below 0, or is not a number (nan).
    """
    if type(value) not in (int, float):
        raise ValueError(f"{name} must be a number, got {value!r}")
    if not value >= 0:
        raise ValueError(f"{name} must be 0 or more, got {value!r}")
    return value  # type: ignore[no-any-return]
