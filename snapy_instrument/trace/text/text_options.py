"""How a trace is told: level, shape, digits and scrubbers, as one value that is checked when it is made."""

from __future__ import annotations

__all__ = ["TextOptions"]

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from snapy_instrument.trace.selection import Patterns, Selection
from snapy_instrument.trace.text.levels import normal_level
from snapy_instrument.trace.text.path_roots import NO_ROOTS, PathRoots, Roots
from snapy_instrument.trace.text.scrubbers import Scrub, Scrubber, scrubbers
from snapy_instrument.trace.text.value_text import DIGITS

_MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class TextOptions:
    """The options of one text. Give loose values to `of`, which checks them.

    Attributes:
        level: "minimal", "standard" or "verbose".
        roots: What absolute paths are shortened to.
        max_depth: Calls nested deeper are hidden, and counted; None for no limit.
        collapse: Patterns of calls whose inner calls are hidden, and counted.
        float_digits: Significant digits of floats.
        scrub: What is replaced in values.
    """

    level: str = "standard"
    roots: PathRoots = field(default=NO_ROOTS, compare=False)
    max_depth: int | None = None
    collapse: tuple[str, ...] = ()
    float_digits: int = DIGITS
    scrub: tuple[Scrubber, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        level: str = "standard",
        roots: Roots | None = None,
        max_depth: int | None = None,
        collapse: Patterns = (),
        float_digits: int | None = None,
        scrub: Scrub = (),
    ) -> TextOptions:
        """The options checked, in their normal form.

        Args:
            level: As above, or "detailed", which is "standard".
            roots: None means the places of this machine.
            max_depth: A whole number of at least 1, or None.
            collapse: One pattern or several, as for `Selection`.
            float_digits: A whole number from 1 to 17; None means 12.
            scrub: Names of scrubbers and pairs of a regex and its replacement, see `scrubbers`.

        Raises:
            ValueError: One of them is none of these.
        """
        return cls(
            normal_level(level),
            PathRoots.here() if roots is None else PathRoots.of(roots),
            None if max_depth is None else _whole("max_depth", max_depth, 1, None),
            _patterns(collapse),
            DIGITS if float_digits is None else _whole("float_digits", float_digits, 1, _MOST_DIGITS),
            scrubbers(scrub),
        )

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of `of` that make them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def changed(self, **changes: Any) -> TextOptions:
        """These with some others; ``changes`` as for `of`."""
        checked = self.of(**{"roots": self.roots, **changes})
        return replace(self, **{name: getattr(checked, name) for name in changes})

    def to_header(self) -> dict[str, Any]:
        """What a file keeps: plain values, only those that are not the default."""
        header: dict[str, Any] = {
            "level": self.level,
            "roots": {label: list(prefixes) for label, prefixes in self.roots.prefixes.items()},
        }
        if self.max_depth is not None:
            header["max_depth"] = self.max_depth
        if self.collapse:
            header["collapse"] = list(self.collapse)
        if self.float_digits != DIGITS:
            header["float_digits"] = self.float_digits
        if self.scrub:
            header["scrub"] = [scrubber.plain for scrubber in self.scrub]
        return header

    @classmethod
    def from_header(cls, header: Mapping[str, Any]) -> TextOptions:
        """The options in a file's header.

        Raises:
            ValueError, TypeError, AttributeError: One of them is malformed.
        """
        names = ("level", "max_depth", "collapse", "float_digits", "scrub")
        found = {name: header[name] for name in names if name in header}
        return cls.of(**found, roots=PathRoots(header.get("roots", {})))


def _whole(name: str, value: Any, least: int, most: int | None) -> int:
    if type(value) is not int or value < least or (most is not None and value > most):
        wanted = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name}={value!r} must be a whole number {wanted}")
    return value


def _patterns(given: Patterns) -> tuple[str, ...]:
    patterns = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else given
    return Selection(patterns).texts if patterns else ()
