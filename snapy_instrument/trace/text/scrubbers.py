"""Replaces values that change on every run (UUIDs, timestamps, ports) with placeholders.

``uuid`` and ``hex`` are numbered, ``<uuid#1>``: the same one has the same number, so it can be followed through a
trace. Moments and ports are not: whether two of them are equal is chance.
"""

from __future__ import annotations

__all__ = ["NAMES", "Scrub", "Scrubber", "Token", "scrubbers", "scrubbers_between"]

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias

from snapy_instrument._patterns import flags_text

Plain: TypeAlias = str | tuple[str, str]

_NUMBERED = re.compile(r"<[a-z](?:[a-z_ -]*[a-z])?#>")
_IN_INI = " -> "
_TAKEN = "<>"
_DATE = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?(?:Z|UTC|[+-]\d{2}:?\d{2}(?::\d{2})?)(?![\w:]))?"
_DAY, _MONTH = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_HOST = r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\])"


class Token(NamedTuple):
    """A numbered replacement: the text before the number, and what is numbered."""

    prefix: str
    identity: str


Pieces: TypeAlias = list[str | Token]


@dataclass(frozen=True, slots=True)
class Scrubber:
    """One rule.

    Attributes:
        plain: What it was made of: a name, or a regex and its replacement.
        pattern: What it replaces in texts.
        replacement: A template for the regex, or ``<name#>`` for numbers.
    """

    plain: Plain
    pattern: re.Pattern[str] = field(compare=False)
    replacement: str = field(compare=False)

    def __reduce__(self) -> tuple[Callable[[Any], Any], tuple[Plain]]:
        return _restored, (self.plain,)

    @property
    def name(self) -> str:
        """Its name; a pair is named by its regex."""
        return self.plain if isinstance(self.plain, str) else self.plain[0]

    def applied(self, pieces: Sequence[str | Token]) -> Pieces:
        """Return the pieces of a text after replacing what it finds."""
        if not _NUMBERED.fullmatch(self.replacement):
            return [
                piece if isinstance(piece, Token) else self.pattern.sub(self.replacement, piece) for piece in pieces
            ]
        found: Pieces = []
        for piece in pieces:
            found.extend([piece] if isinstance(piece, Token) else self._split(piece))
        return found

    def _split(self, text: str) -> Pieces:
        prefix, last = self.replacement[:-1], 0
        pieces: Pieces = []
        for match in self.pattern.finditer(text):
            same = match[0].lower() if self.pattern.flags & re.IGNORECASE else match[0]
            pieces += [text[last : match.start()], Token(prefix, same)]
            last = match.end()
        return [*pieces, text[last:]]


Scrub: TypeAlias = str | Iterable[str | tuple[str | re.Pattern[str], str] | Scrubber]
"""What `scrubbers` takes."""


def _named(name: str, pattern: str, replacement: str) -> Scrubber:
    return Scrubber(name, re.compile(pattern, re.IGNORECASE), replacement)


_BUILT_IN = {
    scrubber.name: scrubber
    for scrubber in (
        _named("ansi", r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])", ""),
        _named("uuid", r"(?<![0-9a-z-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z-])", "<uuid#>"),
        _named(
            "datetime",
            rf"(?<![\w-]){_DATE}[T ]{_CLOCK}|\b{_DAY},? (?:\d{{1,2}} {_MONTH} \d{{4}} {_CLOCK}(?: GMT)?"
            rf"|{_MONTH} [\d ]\d {_CLOCK} \d{{4}})",
            "<datetime>",
        ),
        _named("hex", r"\b0x[0-9a-f]{4,}\b|(?<![0-9a-z])[0-9a-f]{16,}(?![0-9a-z])", "<hex#>"),
        _named("epoch", r"(?<![\w.+-])[12]\d{9}(?:\d{3}){0,3}(?:\.\d+)?(?![\w.]*\w)", "<epoch>"),
        _named("port", rf"((?<![\w.]){_HOST}|://[^\s/:'\"@\]]+):\d{{2,5}}(?!\d)", r"\1:<port>"),
    )
}

NAMES = tuple(sorted(_BUILT_IN))
"""The names of scrubbers. Applied are ``ansi``, then pairs in the order given, then the others in their own order."""

_ORDER = {name: place for place, name in enumerate(_BUILT_IN)}


def scrubbers(given: Scrub) -> tuple[Scrubber, ...]:
    """Return the scrubbers in the order in which they are applied, each once.

    Args:
        given: Names, pairs ``(regex, replacement)`` and texts ``"re:<regex> -> <replacement>"``, or one text with
            names in it. A replacement such as ``<order#>`` is numbered: the same text has the same number.

    Raises:
        ValueError: There is no such scrubber, or a regex or replacement is malformed.
    """
    if isinstance(given, str):
        given = [given] if given.startswith("re:") else given.split()
    if not isinstance(given, Iterable):
        raise ValueError(f"scrub={given!r} must be a list of names and of pairs (regex, replacement)")
    found = {scrubber.plain: scrubber for scrubber in map(_scrubber, given)}
    return tuple(sorted(found.values(), key=_place))


def scrubbers_between(old: str, new: str) -> list[str]:
    """Return names of scrubbers that remove all differences between two texts; none where one remains."""
    needed = []
    for scrubber in _BUILT_IN.values():
        mine, yours = ([match[0] for match in scrubber.pattern.finditer(text)] for text in (old, new))
        if len(mine) != len(yours):
            return []
        if mine != yours:
            needed.append(scrubber.name)
        old, new = (scrubber.pattern.sub(_TAKEN, text) for text in (old, new))
    return needed if old == new else []


def _place(scrubber: Scrubber) -> tuple[int, int]:
    if not isinstance(scrubber.plain, str):
        return 1, 0
    return (0, 0) if scrubber.plain == "ansi" else (2, _ORDER[scrubber.plain])


def _scrubber(given: Any) -> Scrubber:
    if isinstance(given, Scrubber):
        return given
    if isinstance(given, str) and given.startswith("re:"):
        regex, arrow, replacement = given.removeprefix("re:").rpartition(_IN_INI)
        if not arrow:
            raise ValueError(f"scrubber {given!r} has no replacement: write 're:<regex>{_IN_INI}<replacement>'")
        return _pair(regex, replacement)
    if isinstance(given, str):
        if given not in _BUILT_IN:
            near = get_close_matches(given, NAMES, 1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ValueError(
                f"unknown scrubber {given!r}: {hint}There are {', '.join(NAMES)}, and pairs (regex, replacement)"
            )
        return _BUILT_IN[given]
    if not isinstance(given, Sequence) or len(given) != 2:
        raise ValueError(f"scrubber {given!r} is neither a name nor a pair (regex, replacement)")
    return _pair(*given)


def _pair(regex: Any, replacement: Any) -> Scrubber:
    text = regex.pattern if isinstance(regex, re.Pattern) else regex
    if not isinstance(text, str) or not isinstance(replacement, str):
        raise ValueError(f"scrubber {(regex, replacement)!r}: both the regex and its replacement must be texts")
    if isinstance(regex, re.Pattern):
        text = text if text.startswith("(?") else flags_text(regex) + text
    try:
        pattern = re.compile(text)
        pattern.sub(replacement, "")
    except (re.error, IndexError) as problem:
        raise ValueError(f"scrubber {(text, replacement)!r}: {problem}") from None
    if pattern.search(""):
        raise ValueError(f"scrubber {(text, replacement)!r}: the regex also finds an empty text; let it find something")
    return Scrubber((text, replacement), pattern, replacement)


def _restored(plain: Plain) -> Scrubber:
    return _scrubber(plain)
