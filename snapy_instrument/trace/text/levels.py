"""The levels of detail of a text, as data."""

from __future__ import annotations

__all__ = ["LEVELS", "Detail", "Level", "level_of", "normal_level"]

from typing import Literal, NamedTuple, TypeAlias

Detail: TypeAlias = Literal["minimal", "standard", "detailed", "verbose"]
"""The name of a level as users give it; "detailed" is an alias of "standard"."""


class Level(NamedTuple):
    """What a level shows besides names, nesting, exception types and markers.

    Attributes:
        name: As the header says it.
        values: Arguments, results other than None, and the arguments of exceptions.
        everything: Also self and cls, defaults, None results, suspensions, changed locals, task and thread labels.
    """

    name: str
    values: bool
    everything: bool


LEVELS = {
    "minimal": Level("minimal", values=False, everything=False),
    "standard": Level("standard", values=True, everything=False),
    "detailed": Level("standard", values=True, everything=False),
    "verbose": Level("verbose", values=True, everything=True),
}


def level_of(name: str) -> Level:
    """Return the level called ``name``.

    Raises:
        ValueError: There is no such level.
    """
    try:
        return LEVELS[name]
    except (KeyError, TypeError):
        raise ValueError(f"unknown level {name!r}: choose one of {', '.join(LEVELS)}") from None


def normal_level(name: str) -> str:
    """Return the name of a level in the header of a text: "standard" for its alias "detailed".

    Raises:
        ValueError: There is no such level.
    """
    return level_of(name).name
