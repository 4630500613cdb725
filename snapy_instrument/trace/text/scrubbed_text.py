"""Formats values after scrubbers have replaced what changes on every run."""

from __future__ import annotations

__all__ = ["ScrubbedText", "value_text"]

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from snapy_instrument.trace.text.levels import level_of
from snapy_instrument.trace.text.numbering import reference
from snapy_instrument.trace.text.path_roots import PathRoots
from snapy_instrument.trace.text.scrubbers import Pieces, Scrubber, Token
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.text.value_text import ValueText, clean, literal
from snapy_instrument.values import Cut, Mark, Struct

_EPOCH = Mark("<epoch>")
_PORT = Mark("<port>")
# Seconds, milliseconds, microseconds and nanoseconds of the years 2001 to 2065.
_EPOCHS = tuple((10**9 * scale, 3 * 10**9 * scale) for scale in (1, 10**3, 10**6, 10**9))
_PORTS = range(1024, 65_536)
_PORT_NAME = re.compile(r"(?:.*_)?port", re.IGNORECASE)
_HOST = re.compile(r"localhost|\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*|")
# A cut may have left the beginning of something that would have been scrubbed.
_LAST_WORD = re.compile(r"[\w:.+-]+\Z")


def value_text(options: TextOptions) -> ValueText:
    """Return a formatter of values for one text."""
    everything = level_of(options.detail).everything
    if not options.scrub:
        return ValueText(options.root, options.float_digits, everything)
    return ScrubbedText(options.root, options.float_digits, options.scrub, everything)


class ScrubbedText(ValueText):
    """A formatter of values like `ValueText`, with scrubbers.

    Scrubbers see texts, bytes and marks; ``epoch`` also numbers, ``port`` also numbers called port and those behind a
    host in a tuple. Where something of a cut value was scrubbed its digest is left out: it changes on every run, too.

    Args:
        roots: What absolute paths in strings are shortened to, before anything is scrubbed.
        digits: Significant digits of floats.
        scrub: The scrubbers, in the order in which they are applied.
        everything: As for `ValueText`.
    """

    def __init__(self, roots: PathRoots, digits: int, scrub: Sequence[Scrubber], everything: bool = False) -> None:
        super().__init__(roots, digits, everything)
        names = {scrubber.plain for scrubber in scrub}
        self._scrub = scrub
        self._ports = self.by_name = "port" in names
        self._changed = 0
        if "epoch" in names:
            for kind in (int, float):
                self._simple[kind] = partial(_number, self._simple[kind])

    def argument(self, name: str, value: Any) -> str:
        """Return the draft of the argument ``name``, which may be called port."""
        return self.draft(self._member(name, value))

    def _plain(self, value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return "".join([self.finish(_raw(p)) if isinstance(p, Token) else p for p in self._scrubbed(value)])
        if kind is int or kind is float:
            text = self._simple[kind](value)
            return text if text == _EPOCH.text else super()._plain(value)
        if kind is dict or kind is tuple:
            value = self._without_ports(value)
        return super()._plain(value)

    def _remembering(self, make: Callable[[Any], str]) -> Callable[[Any], str]:
        return make  # a remembered text would not count what was scrubbed in it

    def _whole(self, value: Any, member_text: Callable[[Any], str]) -> str:
        if type(value) is Cut:
            return self._cut(value, member_text)
        return super()._whole(self._without_ports(value), member_text)

    def _cut(self, value: Cut, member_text: Callable[[Any], str]) -> str:
        before, shown, hidden = self._changed, value.shown, value.hidden
        draft = self.draft(shown)
        if self._changed == before:
            return super()._whole(value, member_text)
        if type(shown) is str:
            kept = _LAST_WORD.sub("", shown)
            hidden += len(shown) - len(kept)
            draft = self.draft(kept)
        return f"{draft}...<+{hidden} {clean(value.unit)}>"

    def _without_ports(self, value: Any) -> Any:
        """Return a dict, struct or address without the numbers of ports; anything else unchanged."""
        kind = type(value)
        if not self._ports:
            return value
        if kind is dict:
            return {key: self._member(key, each) for key, each in value.items()}
        if kind is Struct:
            return Struct(value.type_name, tuple((name, self._member(name, each)) for name, each in value.fields))
        if kind is tuple and len(value) > 1 and type(value[0]) is str and _HOST.fullmatch(value[0]):
            return (value[0], _port(value[1]), *value[2:])
        return value

    def _member(self, name: Any, value: Any) -> Any:
        return _port(value) if self._ports and type(name) is str and _PORT_NAME.fullmatch(name) else value

    def _scrubbed(self, text: str) -> Pieces:
        shorter = self._shorten(text)
        pieces: Pieces = [shorter]
        for scrubber in self._scrub:
            pieces = scrubber.applied(pieces)
        if pieces != [shorter]:
            self._changed += 1
        return pieces

    def _str_text(self, value: str) -> str:
        pieces = self._scrubbed(value)
        kept = "".join([piece for piece in pieces if isinstance(piece, str)])
        # Python chooses quotes for a whole text; the other quote in front of a piece forces the same choice on it.
        quote, other = ('"', "'") if "'" in kept and '"' not in kept else ("'", '"')
        parts = [_raw(each) if isinstance(each, Token) else literal(other + each)[2:-1] for each in pieces]
        return f"{quote}{''.join(parts)}{quote}"

    def _bytes_text(self, value: bytes | bytearray) -> str:
        return "".join(map(_cleaned, self._scrubbed(repr(value))))

    def _mark_text(self, value: Mark) -> str:
        return "".join(map(_cleaned, self._scrubbed(value.text)))


def _number(usual: Callable[[Any], str], value: float) -> str:
    return _EPOCH.text if any(first <= value < last for first, last in _EPOCHS) else usual(value)


def _port(value: Any) -> Any:
    return _PORT if type(value) is int and value in _PORTS else value


def _raw(piece: str | Token) -> str:
    return reference(piece.prefix, repr(piece.identity)) if isinstance(piece, Token) else piece


def _cleaned(piece: str | Token) -> str:
    return _raw(piece) if isinstance(piece, Token) else clean(piece)
