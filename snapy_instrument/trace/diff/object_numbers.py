"""Numbered objects in texts: ``<Gateway#1>``. Numbers are given out in the order of a text, so they shift."""

from __future__ import annotations

__all__ = ["SameObjects", "blanked", "mentions", "number_subtrees"]

import re
from functools import lru_cache
from typing import TypeAlias

from snapy_instrument.trace.diff.parse import TextTree

_Object: TypeAlias = tuple[str, str]
_Reading: TypeAlias = tuple[str, list[_Object]]
"""A text without the numbers of objects, and the objects."""
_Content: TypeAlias = tuple[str, str, str, tuple[tuple[int, int], ...]]

_NOTHING: tuple[tuple[int, int], ...] = ()
# Scrubbers number their replacements, which are inside of strings, too.
_SCRUBBED = re.compile(r"(<[a-z](?:[a-z_ -]*[a-z])?#)(\d+)>")
_STRINGS = r"'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\""
# Digests of cut values have a space or nothing before the number sign.
_OBJECT = r"(<(?:[^<>'\"#]++|<[^<>'\"]*+>)++(?<!\s)#)(\d+)>"
_PLACES = re.compile(f"({_STRINGS})|{_OBJECT}")
_LABEL = re.compile(r"(\[thread |\[task Task-)(\d+)\]")


def mentions(text: str) -> list[_Object]:
    """Return the objects in ``text``, those of scrubbers in its strings included: the prefix and the number of each."""
    return _read(text)[1] if "#" in text or "[t" in text else []


def blanked(text: str) -> str:
    """Return ``text`` with ``?`` for the number of each object."""
    return _read(text)[0] if "#" in text or "[t" in text else text


def _without_numbers(text: str) -> _Reading:
    label = _LABEL.fullmatch(text)
    if label is not None:
        return f"{label[1]}?]", [(label[1], label[2])]
    found: list[_Object] = []
    pieces: list[str | None] = _PLACES.split(text)
    for place in range(1, len(pieces), 4):
        string, prefix, number = pieces[place : place + 3]
        if prefix is not None and number is not None:
            found.append((prefix, number))
            pieces[place + 2] = "?>"
        elif string is not None and "#" in string:
            found.extend(_SCRUBBED.findall(string))
            pieces[place] = _SCRUBBED.sub(r"\1?>", string)
    return "".join(filter(None, pieces)), found


_read = lru_cache(maxsize=4096)(_without_numbers)


class SameObjects:
    """Pairs the objects of the old text with those of the new one.

    The first two found in the same place are the same object, and each has one partner.
    """

    def __init__(self) -> None:
        self._new: dict[_Object, _Object] = {}
        self._old: dict[_Object, _Object] = {}
        self._read: dict[str, _Reading] = {}

    def agree(self, old: str, new: str) -> bool:
        """Return whether the texts are equal, or differ only in the numbers of the same objects."""
        if "#" not in old and "[t" not in old:
            return old == new
        mine, yours = self._reading(old), self._reading(new)
        return mine[0] == yours[0] and all(map(self._pair, mine[1], yours[1]))

    def _reading(self, text: str) -> _Reading:
        known = self._read.get(text)
        if known is None:
            known = self._read[text] = _without_numbers(text)
        return known

    def _pair(self, old: _Object, new: _Object) -> bool:
        if old not in self._new and new not in self._old:
            self._new[old], self._old[new] = new, old
        return self._new.get(old) == new


def number_subtrees(*trees: TextTree) -> None:
    """Set `blank`, `key` and `numbered` of every node; keys can be compared across ``trees``."""
    known: dict[_Content, int] = {}
    blanks: dict[str, str] = {}
    for tree in trees:
        for node in reversed(tree.walk()):
            head, outcome, inside = node.head, node.outcome, _NOTHING
            if "#" in head or "[t" in head:
                head = _blank(head, blanks)
            if "#" in outcome:
                outcome = _blank(outcome, blanks)
            node.blank = head
            node.numbered = head != node.head or outcome != node.outcome
            if node.children:
                inside = tuple([(child.key, child.times) for child in node.children])
                node.numbered = node.numbered or any(child.numbered for child in node.children)
            node.key = known.setdefault((head, node.hidden, outcome, inside), len(known) + 1)


def _blank(text: str, blanks: dict[str, str]) -> str:
    known = blanks.get(text)
    if known is None:
        known = blanks[text] = _without_numbers(text)[0]
    return known
