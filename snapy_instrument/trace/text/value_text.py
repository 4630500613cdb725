"""Formats values: equally on every run, machine and Python version.

Sets are sorted by text. Dicts keep their insertion order: it is behaviour, and a change of it is a change.
"""

from __future__ import annotations

__all__ = ["DIGITS", "ROOM", "ValueText", "clean", "float_text", "literal"]

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from snapy_instrument.trace.text.numbering import Numbering, blank, group, reference
from snapy_instrument.trace.text.path_roots import NO_ROOTS, PathRoots
from snapy_instrument.values import CIRCUMSTANCES, Cut, Mark, Ref, Struct

DIGITS = 12
ROOM = 1000
"""Characters of the arguments of a call, and of its result."""
_LEAST_ROOM = 40
# What says that a value was cut: "...<+950 items #1f0c2a3b>", and the brackets.
_CUT_ROOM = 40
_ESCAPES = re.compile(r"(\\\\)|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


def float_text(value: float, digits: int = DIGITS) -> str:
    """Return ``digits`` significant digits, always with a point, an exponent, ``inf`` or ``nan``."""
    text = f"{value:.{digits}g}"
    return text + ".0" if text.lstrip("-").isdigit() else text


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return ``text`` on one line: what cannot be printed is escaped as in a string literal."""
    if text.isprintable():
        return text
    return "".join(char if _shown(char) else repr(char)[1:-1] for char in text)


def _shown(char: str) -> bool:
    # repr() escapes unassigned characters, and which these are depends on the Python version: show them all.
    return char.isprintable() or unicodedata.category(char) == "Cn"


def literal(text: str) -> str:
    """Return ``text`` in quotes, as Python writes it, equally on every version."""
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
        return hex(value)  # the interpreter refuses to write so many digits


def _ref_text(value: Ref) -> str:
    name = clean(value.type_name)
    return f"<{name}>" if value.serial is None else reference(f"<{name}#", value.serial)


_CONTAINER = "\5"
"""The place of a container in the text of the one around it; no drafted text contains it otherwise."""


class _TooDeep(Exception):
    """Containers are nested deeper than recursion is used for."""


_DEEPEST_RECURSION = 20


class _Remembered(dict[Any, str]):
    """Texts of values seen before, but for zeros: 0.0 and -0.0 are equal keys with different texts."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> str:
        text = self._make(value)
        if value and len(self) < _MOST_REMEMBERED and len(text) < _LONGEST_REMEMBERED:
            self[value] = text
        return text


_MOST_REMEMBERED = 10_000
_LONGEST_REMEMBERED = 200


class _Piece(str):
    """Text between containers."""

    __slots__ = ()


class _End(int):
    """The end of the container with this identity."""


class ValueText:
    """A formatter of the values of one text, which numbers the objects in it.

    `draft` formats a value with tokens for objects, `finish` numbers them once the order of the text is final.

    Args:
        roots: What absolute paths in strings are shortened to.
        digits: Significant digits of floats.
        everything: Whether exceptions show their notes, cause and context.

    Attributes:
        by_name: Whether the text of an argument depends on its name.
    """

    by_name = False

    def __init__(self, roots: PathRoots = NO_ROOTS, digits: int = DIGITS, everything: bool = False) -> None:
        self._shorten = roots.shorten
        self._digits = digits
        self._everything = everything
        self._numbering = Numbering()
        self.finish = self._numbering.finish
        self.rank = self._numbering.rank
        self._room = _DEEPEST_RECURSION
        self._simple: dict[type, Callable[[Any], str]] = {
            str: self._remembering(self._str_text),
            int: self._remembering(_int_text),
            float: self._remembering(self._float_text if digits != DIGITS else float_text),
            bool: repr,
            type(None): repr,
            complex: self._complex_text,
            bytes: self._bytes_text,
            bytearray: self._bytes_text,
            Ref: _ref_text,
            Mark: self._mark_text,
        }

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _remembering(self, make: Callable[[Any], str]) -> Callable[[Any], str]:
        return _Remembered(make).__getitem__

    def show(self, value: Any) -> str:
        """Return the finished text of ``value``."""
        return self.finish(self.draft(value))

    def draft(self, value: Any) -> str:
        """Return the text of ``value`` with tokens in place of object numbers.

        A value that capture does not make (in a hand-made event) is written as its type: ``<Decimal>``.
        """
        simple = self._simple.get(type(value))
        return self._nested(value) if simple is None else simple(value)

    def argument(self, name: str, value: Any) -> str:
        """Return the draft of the argument ``name``."""
        simple = self._simple.get(type(value))
        return self._nested(value) if simple is None else simple(value)

    def fitted(self, value: Any, room: int = ROOM, name: str = "") -> str:
        """Return the draft of ``value``; if it is longer than ``room``, cut with a digest of all of it."""
        text = self.argument(name, value) if name else self.draft(value)
        if len(text) <= room or len(blank(text)) <= room:
            return text
        short = self._shortened(value, room)
        return self.argument(name, short) if name else self.draft(short)

    def _shortened(self, value: Any, room: int) -> Any:
        """Return ``value`` cut to about ``room`` characters, without what does not fit."""
        kind = type(value)
        # Without the numbers of objects, which depend on what was recorded before.
        digest = blake2b(blank(self.draft(value)).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        left = max(room - _CUT_ROOM, 1)
        if kind is str or kind is bytes:
            # Shortened first: the length of a path differs between machines.
            whole = self._shorten(value) if kind is str else value
            return Cut(whole[:left], max(len(whole) - left, 0), "chars" if kind is str else "bytes", digest)
        if kind is Cut:
            inner = self._shortened(value.shown, room)
            hidden = inner.hidden if type(inner) is Cut else 0
            return Cut(inner.shown if type(inner) is Cut else inner, value.hidden + hidden, value.unit, digest)
        if kind is Struct:
            fields = self._fitting(value.fields, left)
            made: Any = Struct(value.type_name, tuple(fields))
            return self._cut_at(made, len(value.fields) - len(fields), "fields", digest)
        if kind is dict:
            pairs = self._fitting(value.items(), left)
            return self._cut_at(dict(pairs), len(value) - len(pairs), "items", digest)
        if kind in (list, tuple, set, frozenset):
            ordered = value if kind in (list, tuple) else sorted(value, key=lambda each: blank(self.draft(each)))
            kept = [each for _, each in self._fitting([(None, each) for each in ordered], left)]
            return self._cut_at(kind(kept), len(value) - len(kept), "items", digest)
        return value

    @staticmethod
    def _cut_at(shown: Any, hidden: int, unit: str, digest: str) -> Any:
        return Cut(shown, hidden, unit, digest) if hidden else shown

    def _fitting(self, pairs: Iterable[tuple[Any, Any]], room: int) -> list[tuple[Any, Any]]:
        """Return the pairs of a key, or None, and a member that fit into ``room``; the last one may be cut."""
        kept: list[tuple[Any, Any]] = []
        for key, member in pairs:
            room -= 2 + (0 if key is None else len(blank(self.draft(key))))
            size = len(blank(self.draft(member)))
            if size > room:
                if room > 2 * _CUT_ROOM:
                    kept.append((key, self._shortened(member, room)))
                break
            room -= size
            kept.append((key, member))
        return kept

    def arguments(self, pairs: list[tuple[str, Any]]) -> str:
        """Return ``items=[1, 2], qty=3``, in which long values are cut so that all are about `ROOM` characters."""
        drafts = [self.argument(name, value) for name, value in pairs]
        if sum(map(len, drafts)) > ROOM and sum(len(blank(draft)) for draft in drafts) > ROOM:
            share = max(_LEAST_ROOM, ROOM // len(pairs))
            drafts = [self.fitted(value, share, name) for name, value in pairs]
        return ", ".join([f"{name}={draft}" for (name, _), draft in zip(pairs, drafts, strict=True)])

    def plain(self, value: Any) -> Any:
        """Return ``value`` as builtins only: equal copies where they are stable, else their finished text."""
        self.show(value)  # objects are numbered in the order of the text; sets have no order
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
        room = self._room
        try:
            return self._recursive(value)
        except _TooDeep:
            self._room = room
            return self._iterative(value)

    def _recursive(self, value: Any) -> str:
        if self._room <= 0:
            raise _TooDeep
        self._room -= 1
        text = self._whole(value, self._member_text)
        self._room += 1
        return text

    def _member_text(self, value: Any) -> str:
        simple = self._simple.get(type(value))
        return self._recursive(value) if simple is None else simple(value)

    def _iterative(self, value: Any) -> str:
        out: list[str] = []
        stack: list[Any] = [value]
        inside: set[int] = set()
        while stack:
            item = stack.pop()
            kind = type(item)
            if kind is _Piece:
                out.append(item)
            elif kind is _End:
                inside.discard(item)
            elif id(item) in inside:
                out.append("<cycle>")
            else:
                inside.add(id(item))
                stack.append(_End(id(item)))
                stack.extend(reversed(self._pieces(item)))
        return "".join(out)

    def _pieces(self, value: Any) -> list[Any]:
        """Return the text of ``value`` in pieces, with the containers in it in between."""
        containers: list[Any] = []

        def member_text(member: Any) -> str:
            simple = self._simple.get(type(member))
            if simple is not None:
                return simple(member)
            containers.append(member)
            return _CONTAINER

        texts = self._whole(value, member_text).split(_CONTAINER)
        pieces: list[Any] = [_Piece(texts[0])]
        for container, text in zip(containers, texts[1:], strict=True):
            pieces += (container, _Piece(text))
        return pieces

    def _whole(self, value: Any, member_text: Callable[[Any], str]) -> str:
        """Return the text of a container, made of the texts of its members."""
        kind = type(value)
        if kind is list:
            return f"[{', '.join(map(member_text, value))}]"
        if kind is Struct:
            parts = value.fields
            if parts and parts[-1][0] in CIRCUMSTANCES and not self._everything:
                parts = tuple([each for each in parts if each[0] not in CIRCUMSTANCES])
            fields = [member_text(v) if n is None else f"{clean(n)}={member_text(v)}" for n, v in parts]
            return f"{clean(value.type_name)}({', '.join(fields)})"
        if kind is dict:
            return f"{{{', '.join([f'{self.draft(key)}: {member_text(each)}' for key, each in value.items()])}}}"
        if kind is tuple:
            return f"({', '.join(map(member_text, value))}{',' if len(value) == 1 else ''})"
        if kind is set or kind is frozenset:
            return self._set_text(value)
        if kind is Cut:
            return f"{member_text(value.shown)}...<+{value.hidden} {clean(value.unit)} #{clean(value.digest)}>"
        return f"<{clean(kind.__name__)}>"

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
