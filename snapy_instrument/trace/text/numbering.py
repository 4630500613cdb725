"""Numbers for objects in the order of the finished text.

While a text is drafted, its lines are still sorted and folded. So a reference is drafted as a token that names
the object, and `Numbering.finish` replaces tokens by ``<Gateway#1>``, ``<Gateway#2>``, ... when the order is final.
Tokens and groups are written with control characters, which no drafted text contains otherwise.
"""

from __future__ import annotations

__all__ = ["Numbering", "blank", "group", "reference"]

import re
from collections.abc import Iterable
from typing import TypeAlias

_Key: TypeAlias = tuple[str, str]

_REFERENCE = re.compile("\0([^\0\1]*)\1([^\0\1]*)\1([^\0\1]*)\0")
_GROUP = re.compile("\2([^\2\4]*)\4")
_EITHER = re.compile(f"{_REFERENCE.pattern}|{_GROUP.pattern}")
_UNKNOWN = 1 << 62


def reference(prefix: str, identity: object, suffix: str = ">") -> str:
    """Return the token of an object; it is numbered among the objects with the same ``prefix``."""
    return f"\0{prefix}\1{identity}\1{suffix}\0"


def blank(text: str) -> str:
    """Return ``text`` without the identities of objects: equal in every run of the same program."""
    if "\0" not in text:
        return text
    return _REFERENCE.sub(r"\1?\3", text).replace("\2", "").replace("\3", ", ").replace("\4", "")


def group(texts: Iterable[str]) -> str:
    """Return drafted members of a set, joined by a comma in an order that does not depend on hashes."""
    drafts = list(texts)
    if not any("\0" in draft for draft in drafts):
        return ", ".join(sorted(drafts))
    flat = (_GROUP.sub(lambda found: found[1].replace("\3", ", "), draft) for draft in drafts)
    return "\2" + "\3".join(sorted(flat, key=lambda draft: (blank(draft), draft))) + "\4"


class Numbering:
    """The numbers given out so far in one text."""

    def __init__(self) -> None:
        self._numbers: dict[_Key, int] = {}
        self._counts: dict[str, int] = {}
        self._ahead: dict[_Key, int] = {}

    def finish(self, text: str) -> str:
        """Return ``text`` with every token replaced by its number; objects not seen before get the next ones."""
        if "\0" not in text:
            return text
        if "\2" in text:
            self._look_ahead(text)
        return _EITHER.sub(self._replace, text)

    def rank(self, text: str) -> tuple[int, ...]:
        """Return the numbers that the objects in ``text`` have already, in order; a large one for those without."""
        return tuple(self._numbers.get((found[1], found[2]), _UNKNOWN) for found in _REFERENCE.finditer(text))

    def _look_ahead(self, text: str) -> None:
        # Members of a set that look alike are ordered by where the text mentions them next.
        self._ahead = {}
        for place, found in enumerate(_REFERENCE.finditer(_GROUP.sub("", text))):
            self._ahead.setdefault((found[1], found[2]), place)

    def _replace(self, found: re.Match[str]) -> str:
        if found[4] is None:
            return f"{found[1]}{self._number((found[1], found[2]))}{found[3]}"
        members = sorted(found[4].split("\3"), key=self._member_key)
        return _REFERENCE.sub(self._replace_plain, ", ".join(members))

    def _replace_plain(self, found: re.Match[str]) -> str:
        return f"{found[1]}{self._number((found[1], found[2]))}{found[3]}"

    def _number(self, key: _Key) -> int:
        known = self._numbers.get(key)
        if known is None:
            known = self._counts[key[0]] = self._counts.get(key[0], 0) + 1
            self._numbers[key] = known
        return known

    def _member_key(self, member: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        keys = [(found[1], found[2]) for found in _REFERENCE.finditer(member)]
        return blank(member), self.rank(member), tuple(self._ahead.get(key, _UNKNOWN) for key in keys)
