"""The options of a trace's text: one typed value, checked when it is made, and documented here alone."""

from __future__ import annotations

__all__ = ["TextOptions", "TextOptionsDict"]

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict, Unpack

from snapy_instrument._words import whole_number
from snapy_instrument.trace.selection import Patterns, Selection
from snapy_instrument.trace.text.levels import Detail, normal_level
from snapy_instrument.trace.text.path_roots import PathRoots, Roots
from snapy_instrument.trace.text.scrubbers import Scrub, Scrubber, scrubbers
from snapy_instrument.trace.text.value_text import DIGITS

_MOST_DIGITS = 17


class TextOptionsDict(TypedDict, total=False):
    """The keyword arguments of `TextOptions`, for signatures that pass them on: ``**text: Unpack[TextOptionsDict]``."""

    detail: Detail
    root: Roots | None
    max_depth: int | None
    collapse: Patterns
    float_digits: int | None
    scrub: Scrub


@dataclass(frozen=True, slots=True, init=False)
class TextOptions:
    """How the text of a trace looks. All of a recording is kept, whatever its text shows.

    Args:
        detail: The level: "minimal" shows names, nesting and exception types; "standard" (alias "detailed") also
            arguments, results and exception messages; "verbose" also ``self``, defaults, None results, yields,
            changed locals, and labels of tasks and threads. A tracer at "minimal" captures no values, so another level
            shows ``<not captured: detail='minimal'>`` for each.
        root: The folder that paths are shown relative to, as ``<root>``; None means the working directory. A
            mapping from labels to absolute prefixes, or a `PathRoots`, replaces all places of this machine.
        max_depth: How many nested calls the text shows, at least 1; deeper ones are counted. None means no limit.
        collapse: Patterns of calls, ``"shop.tax"`` or ``"shop.db.*"``: calls inside them are counted, not shown.
        float_digits: Significant digits of floats, 1 to 17; None means 12.
        scrub: What is replaced in values: names of scrubbers ("ansi", "datetime", "epoch", "hex", "port", "uuid")
            and pairs of a regex and its replacement.

    Attributes:
        detail: "minimal", "standard" or "verbose".
        root: The prefixes that are shortened. Options are equal whatever these are: they belong to the machine.
        max_depth, collapse, float_digits, scrub: As given, in their normal form.

    Raises:
        ValueError: An option is malformed; the message names it.
    """

    detail: str
    root: PathRoots = field(compare=False)
    max_depth: int | None
    collapse: tuple[str, ...]
    float_digits: int
    scrub: tuple[Scrubber, ...]

    def __init__(
        self,
        *,
        detail: Detail = "standard",
        root: Roots | None = None,
        max_depth: int | None = None,
        collapse: Patterns = (),
        float_digits: int | None = None,
        scrub: Scrub = (),
    ) -> None:
        checked = {
            "detail": normal_level(detail),
            "root": PathRoots.of(root),
            "max_depth": None if max_depth is None else whole_number("max_depth", max_depth, least=1),
            "collapse": _patterns(collapse),
            "float_digits": DIGITS
            if float_digits is None
            else whole_number("float_digits", float_digits, least=1, most=_MOST_DIGITS),
            "scrub": scrubbers(scrub),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def changed(self, **changes: Unpack[TextOptionsDict]) -> TextOptions:
        """Return these options with some of them replaced.

        Raises:
            ValueError: An option is malformed.
        """
        if not changes:
            return self
        same: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return TextOptions(**{**same, **changes})

    def to_header(self) -> dict[str, Any]:
        """Return what a trace file keeps of them: plain values, only those that differ from the defaults."""
        header: dict[str, Any] = {
            "level": self.detail,
            "roots": {label: list(prefixes) for label, prefixes in self.root.prefixes.items()},
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
        """Return the options in the header of a trace file.

        Raises:
            ValueError, TypeError, AttributeError: One of them is malformed.
        """
        names = ("max_depth", "collapse", "float_digits", "scrub")
        found = {name: header[name] for name in names if name in header}
        return cls(**found, detail=header.get("level", "standard"), root=PathRoots(header.get("roots", {})))


def _patterns(given: Patterns) -> tuple[str, ...]:
    patterns = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else given
    return Selection(patterns).texts if patterns else ()
