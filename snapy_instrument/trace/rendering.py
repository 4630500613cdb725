"""Values as text: equal on every run, machine and Python version.

Sets are sorted by text. Dicts keep their insertion order: it is behaviour, and a change of it is a change.
"""

from __future__ import annotations

__all__ = ["DIGITS", "Piece", "ValueText", "clean", "float_text", "literal"]

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from snapy_instrument.trace.paths import NO_ROOTS, PathRoots
from snapy_instrument.trace.serials import Numbering, group, reference
from snapy_instrument.values import Cut, Mark, Ref, Struct

DIGITS = 12
_ESCAPES = re.compile(r"(\\\\)|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


def float_text(value: float, digits: int = DIGITS) -> str:
    """``digits`` significant ones, always with a point, an exponent, ``inf`` or ``nan``."""
    text = f"{value:.{digits}g}"
    return text + ".0" if text.lstrip("-").isdigit() else text


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """``text`` on one line: what cannot be printed is escaped as in a string literal."""
    if text.isprintable():
        return text
    return "".join(char if _shown(char) else repr(char)[1:-1] for char in text)


def _shown(char: str) -> bool:
    # Which characters repr() escapes as unassigned depends on the Python version; they are shown by all.
    return char.isprintable() or unicodedata.category(char) == "Cn"


def literal(text: str) -> str:
    """``text`` in quotes, as Python writes it, equally on every version."""
    shown = repr(text)
    if text.isascii() or text.isprintable():
        return shown
    return _ESCAPES.sub(_unescaped, shown)


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return found[0]
    char = chr(int(found[2] or found[3], 16))
    return char if _shown(char) else found[0]


def _int_text(value: int) -> str:
    try:
        return repr(value)
    except ValueError:
        return hex(value)  # longer than the interpreter writes in decimal


def _ref_text(value: Ref) -> str:
    name = clean(value.type_name)
    return f"<{name}>" if value.serial is None else reference(f"<{name}#", value.serial)


class Piece(str):
    """Text that stands between values."""

    __slots__ = ()


class _End(int):
    """Where the container with this identity ends."""


class ValueText:
    """Writes the values of one text and numbers the objects in it.

    `draft` writes a value with tokens for objects, `settle` numbers them once the order of the text is final.

    Args:
        roots: What absolute paths in strings are shortened to.
        digits: Significant digits of floats.
    """

    def __init__(self, roots: PathRoots = NO_ROOTS, digits: int = DIGITS) -> None:
        self._shorten = roots.shorten
        self._digits = digits
        self._numbering = Numbering()
        self.settle = self._numbering.settle
        self.rank = self._numbering.rank
        self._simple: dict[type, Callable[[Any], str]] = {
            str: self._str_text,
            int: _int_text,
            float: self._float_text if digits != DIGITS else float_text,
            bool: repr,
            type(None): repr,
            complex: self._complex_text,
            bytes: self._bytes_text,
            bytearray: self._bytes_text,
            Ref: _ref_text,
            Mark: self._mark_text,
        }

    def show(self, value: Any) -> str:
        """The finished text of ``value``."""
        return self.settle(self.draft(value))

    def draft(self, value: Any) -> str:
        """The text of ``value`` with tokens in place of object numbers.

        A value that capture does not make (in a hand-made event) is written as its type: ``<Decimal>``.
        """
        simple = self._simple.get(type(value))
        return self._nested(value) if simple is None else simple(value)

    def argument(self, name: str, value: Any) -> str:
        """The draft of the argument ``name``."""
        return self.draft(value)

    def plain(self, value: Any) -> Any:
        """``value`` as builtins only: equal copies where they are stable, else their finished text."""
        self.show(value)  # numbers are given out in the order of the text, not of a set
        return self._plain(value)

    def _plain(self, value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return self._shorten(value)
        if kind is float:
            return float(f"{value:.{self._digits}g}")
        if kind is bool or kind is type(None) or kind is bytes:
            return value
        if kind is int:
            return value if value.bit_length() < 10_000 else hex(value)
        if kind is list or kind is tuple or kind is set or kind is frozenset:
            return kind(map(self._plain, value))
        if kind is dict:
            return {self._plain(key): self._plain(each) for key, each in value.items()}
        return self.show(value)

    def _nested(self, value: Any) -> str:
        pieces = self._pieces(value)
        if len(pieces) == 1:
            return str(pieces[0])
        out: list[str] = []
        stack: list[Any] = [*reversed(pieces)]
        inside = {id(value)}
        while stack:
            item = stack.pop()
            kind = type(item)
            if kind is Piece:
                out.append(item)
            elif kind is _End:
                inside.discard(item)
            elif id(item) in inside:
                out.append("<cycle>")
            elif kind in self._simple:
                out.append(self._simple[kind](item))
            else:
                inside.add(id(item))
                stack.append(_End(id(item)))
                stack.extend(reversed(self._pieces(item)))
        return "".join(out)

    def _pieces(self, value: Any) -> list[Any]:
        """The text of ``value`` in pieces, with the containers in it in between."""
        kind = type(value)
        if kind is list:
            return self._joined("[", [("", item) for item in value], "]")
        if kind is tuple:
            return self._joined("(", [("", item) for item in value], ",)" if len(value) == 1 else ")")
        if kind is dict:
            return self._joined("{", [(f"{self.draft(key)}: ", item) for key, item in value.items()], "}")
        if kind is set or kind is frozenset:
            return [Piece(self._set_text(value))]
        if kind is Struct:
            return self._joined(f"{clean(value.type_name)}(", map(_field, value.fields), ")")
        if kind is Cut:
            return [value.shown, Piece(f"...<+{value.hidden} {clean(value.unit)} #{clean(value.digest)}>")]
        return [Piece(f"<{clean(kind.__name__)}>")]

    def _joined(self, start: str, members: Iterable[tuple[str, Any]], end: str) -> list[Any]:
        pieces: list[Any] = []
        text, comma = start, ""
        for prefix, value in members:
            simple = self._simple.get(type(value))
            if simple is not None:
                text += comma + prefix + simple(value)
            else:
                pieces += (Piece(text + comma + prefix), value)
                text = ""
            comma = ", "
        pieces.append(Piece(text + end))
        return pieces

    def _set_text(self, value: set[Any] | frozenset[Any]) -> str:
        members = f"{{{group(map(self.draft, value))}}}" if value else ""
        if type(value) is set:
            return members or "set()"
        return f"frozenset({members})"

    def _str_text(self, value: str) -> str:
        return literal(self._shorten(value))

    def _float_text(self, value: float) -> str:
        return float_text(value, self._digits)

    def _complex_text(self, value: complex) -> str:
        return f"({value:.{self._digits}g})"

    def _bytes_text(self, value: bytes | bytearray) -> str:
        return self._shorten(repr(value))

    def _mark_text(self, value: Mark) -> str:
        return clean(self._shorten(value.text))


def _field(field: tuple[str | None, Any]) -> tuple[str, Any]:
    name, value = field
    return "" if name is None else f"{clean(name)}=", value
