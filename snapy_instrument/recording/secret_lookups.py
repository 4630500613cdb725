"""Redacts the arguments and results of calls that look up a secret by name, such as ``get("API_KEY")``."""

from __future__ import annotations

__all__ = ["look_up"]

from collections.abc import Mapping, Sequence
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.policy import hides
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.values import REDACTED

keep_builtins(globals())


def look_up(
    capture: Capture, values: Sequence[Any], captured: tuple[Any, ...], stars: tuple[int, ...], *, described: bool
) -> tuple[tuple[Any, ...], Lookup | None]:
    """Return what is shown of the ``values`` of a call, which were ``captured``, and the lookup for its result, if any.

    Args:
        stars: Indexes of the values of ``*rest`` and ``**more``.
        described: The first value is a descriptor.
    """
    lookups = capture.lookups
    shown, lookup = _beside(lookups, values, captured)
    for index in stars:
        given, kept = values[index], shown[index]
        # Of the same length, so nothing was cut: each captured value is at the place of the value itself.
        if type(kept) is tuple and len(kept) == len(given):
            items, found = _beside(lookups, given, kept)
            shown[index] = tuple(items)
        elif type(kept) is dict and len(kept) == len(given):
            items, found = _beside(lookups, [*given.values()], [*kept.values()])
            shown[index] = dict(zip(kept, items, strict=True))
        else:  # hidden, or cut
            continue
        lookup = found or lookup
    held = capture.lookup_by(values[0]) if described else None
    if held is not None:
        lookup = held
        shown[1:] = [REDACTED if hides(held, value) else old for value, old in zip(values[1:], shown[1:], strict=True)]
    return tuple(shown), lookup


def _beside(
    lookups: Mapping[str, Lookup], values: Sequence[Any], captured: Sequence[Any]
) -> tuple[list[Any], Lookup | None]:
    """Return ``captured`` without what follows the name of a secret among ``values``; and the lookup by such a name."""
    shown, lookup = list(captured), None
    for index, value in enumerate(values):
        # Of exact type only: the hash of a subclass is the program's code.
        found = lookups.get(value) if type(value) is str else None
        if found is not None:
            lookup = found
            if index + 1 < len(values) and hides(found, values[index + 1]):
                shown[index + 1] = REDACTED
    return shown, lookup
