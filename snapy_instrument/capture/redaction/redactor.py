"""The redactor: hides secrets by the name of a value, and by patterns in a text."""

from __future__ import annotations

__all__ = [
    "DEFAULT_SECRET_NAMES",
    "DEFAULT_SECRET_PATTERNS",
    "Redactor",
    "Secrecy",
    "SecretPattern",
    "default_redactor",
]

import re
from collections.abc import Iterable, Mapping
from functools import cache

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.redaction.names import DEFAULT_SECRET_NAMES, NameTest, Secrecy
from snapy_instrument.capture.redaction.patterns import DEFAULT_SECRET_PATTERNS, SecretPattern
from snapy_instrument.values import REDACTED

keep_builtins(globals())

_MARK = REDACTED.text


class Redactor:
    """A redactor of secrets.

    Args:
        names: See `NameTest`. To add to the defaults: ``{**DEFAULT_SECRET_NAMES, "iban": Secrecy.ALWAYS}``.
        patterns: Regular expressions, or `SecretPattern`. To add: ``[*DEFAULT_SECRET_PATTERNS, r"ACME-\\d+"]``.
    """

    def __init__(
        self,
        names: Iterable[str] | Mapping[str, Secrecy] = DEFAULT_SECRET_NAMES,
        patterns: Iterable[str | re.Pattern[str] | SecretPattern] = DEFAULT_SECRET_PATTERNS,
    ) -> None:
        self.secrecy = NameTest(names)
        self._untriggered: list[SecretPattern] = []
        # Triggers by their first punctuation mark (empty for none): a text without the mark is searched once for all.
        self._triggered: dict[str, list[tuple[str, SecretPattern]]] = {}
        for pattern in map(_compiled, patterns):
            if not pattern.triggers:
                self._untriggered.append(pattern)
            for trigger in pattern.triggers:
                mark = next((char for char in trigger if not char.isalnum()), "")
                self._triggered.setdefault(mark, []).append((trigger, pattern))

    def text(self, text: str) -> str:
        """Return ``text`` with ``<redacted>`` in place of each secret; the same object if there is none."""
        for pattern in self._untriggered:
            text = self._replaced(pattern, text)
        tried: list[SecretPattern] = []
        for mark, triggered in self._triggered.items():
            if mark in text:
                # A pattern may have several triggers.
                for trigger, pattern in triggered:
                    # `in` costs far less than a search: an expression is tried only where it can match.
                    if trigger in text and not any(pattern is each for each in tried):
                        tried.append(pattern)
                        text = self._replaced(pattern, text)
        return text

    def data(self, data: bytes) -> bytes:
        """Return the same for bytes, read as Latin-1 so that every byte is a character."""
        text = data.decode("latin-1")
        clean = self.text(text)
        return data if clean is text else clean.encode("latin-1")

    def _replaced(self, pattern: SecretPattern, text: str) -> str:
        group: int | str = "secret" if "secret" in pattern.regex.groupindex else 0
        pieces = []
        done = 0
        for match in pattern.regex.finditer(text):
            start, stop = match.span(group)
            # An empty match hides nothing, and the mark would come between two letters.
            if start < stop and self._counts(pattern, match, match[group]):
                pieces += [text[done:start], _MARK]
                done = stop
        return "".join([*pieces, text[done:]]) if pieces else text

    def _counts(self, pattern: SecretPattern, match: re.Match[str], secret: str) -> bool:
        # Hidden by an earlier pattern already.
        if secret == _MARK or (pattern.check is not None and not pattern.check(secret)):
            return False
        if "name" not in pattern.regex.groupindex:
            return True
        secrecy = self.secrecy(match["name"])
        return secrecy is Secrecy.ALWAYS or (secrecy is Secrecy.TEXT and not pattern.always)


@cache
def default_redactor() -> Redactor:
    """Return the redactor of recordings that are given none: made once, with the names it has judged."""
    return Redactor()


def _compiled(pattern: str | re.Pattern[str] | SecretPattern) -> SecretPattern:
    if isinstance(pattern, SecretPattern):
        return pattern
    try:
        return SecretPattern(re.compile(pattern))
    except re.error as error:
        raise ValueError(f"redaction pattern {pattern!r}: {error}") from None
