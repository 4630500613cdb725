"""What a describer returns: descriptions, and views of values that are shown as builtin containers."""

from __future__ import annotations

__all__ = ["Blob", "Describer", "Description", "DictView", "ListView", "pairs_of", "sequence_of"]

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

# A description one level deep: type name, a name or None for each part, and the live parts.
Description = tuple[str, tuple[str | None, ...], Sequence[Any]]
# Describes an object: a `Mark`, a `Description`, or None for "by type and identity alone".
Describer = Callable[[Any], Any]


class ListView:
    """A C sequence that is shown as a list; ``source`` has len, iter and reversed in C."""

    __slots__ = ("source",)

    def __init__(self, source: Any) -> None:
        self.source = source


class DictView:
    """Pairs that are shown as a dict; ``pairs`` is a list or a C view with len, iter and reversed."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: Any) -> None:
        self.pairs = pairs


class Blob:
    """A buffer of ``size`` bytes that is shown as bytes; ``part(start, stop)`` copies some of them."""

    __slots__ = ("part", "size")

    def __init__(self, size: int, part: Callable[[int, int], bytes]) -> None:
        self.size = size
        self.part = part


def sequence_of(source: Any, skip: int, most: int) -> list[Any]:
    """Return the elements of a C sequence from ``skip`` on; if they are more than ``most``, a sample with the last."""
    left = len(source) - skip
    kind = type(source)
    if kind is list or kind is tuple:
        if left <= most:
            return list(source[skip:])
        half = skip + most // 2
        # Half of the sample is the start, the rest is spread evenly, and the last element is always read.
        step = (len(source) - half) // max(1, most - most // 2 - 1) + 1
        return [*source[skip:half], *source[half:-1:step], source[-1]]
    return pairs_of(source, skip, most)


def pairs_of(source: Any, skip: int, most: int) -> list[Any]:
    """Return the elements of a C view from ``skip`` on; if they are more than ``most``, those at both ends."""
    if len(source) - skip <= most:
        return list(islice(source, skip, None))
    half = max(1, most // 2)
    return [*islice(source, skip, skip + half), *islice(reversed(source), half)]
