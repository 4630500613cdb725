"""Numbered objects in texts: ``<Gateway#1>``. Numbers are given out in the order of a text, so they shift."""

from __future__ import annotations

__all__ = ["SameObjects", "blanked", "mentions", "number_subtrees"]

import re
from functools import lru_cache
from typing import TypeAlias

from snapy_instrument.trace.parse import TextNode, TextTree

_Object: TypeAlias = tuple[str, str]
_Content: TypeAlias = tuple[str, str, str, tuple[tuple[int, int], ...]]

# What scrubbers numbered stands inside of strings, too.
_SCRUBBED = re.compile(r"(<[a-z](?:[a-z_ -]*[a-z])?#)(\d+)>")
_STRINGS = r"'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\""
# Digests of cut values have a space or nothing before the number sign.
_OBJECT = r"(<(?:[^<>'\"#]++|<[^<>'\"]*+>)++(?<!\s)#)(\d+)>"
_LABEL = r"\A(\[thread |\[task Task-)(\d+)\]\Z"
_ONE_OBJECT = re.compile(_OBJECT)
_PLACES = re.compile(f"{_STRINGS}|{_OBJECT}|{_LABEL}")


def mentions(text: str) -> list[_Object]:
    """The objects in ``text``, and in its strings what was scrubbed: what stands before the number, and the number."""
    if "#" not in text and "[t" not in text:
        return []
    found: list[_Object] = []
    for place in _PLACES.finditer(text):
        prefix = place[1] or place[3]
        if prefix is not None:
            found.append((prefix, place[2] or place[4]))
        elif "#" in place[0]:
            found.extend((inside[1], inside[2]) for inside in _SCRUBBED.finditer(place[0]))
    return found


def blanked(text: str) -> str:
    """``text`` with ``?`` for the number of each object."""
    return _blanked(text) if "#" in text or "[t" in text else text


def _without_numbers(text: str) -> str:
    return _PLACES.sub(_blank, text)


_blanked = lru_cache(maxsize=4096)(_without_numbers)


def _blank(place: re.Match[str]) -> str:
    prefix = place[1] or place[3]
    if prefix is None:
        return _SCRUBBED.sub(r"\1?>", place[0])
    return f"{prefix}?{place[0][-1]}"


class SameObjects:
    """Which object of the new text is which of the old one.

    The first two that stand in the same place are taken for the same object, and each has one partner.
    """

    def __init__(self) -> None:
        self._new: dict[_Object, _Object] = {}
        self._old: dict[_Object, _Object] = {}

    def agree(self, old: str, new: str) -> bool:
        """Whether the texts are equal, but for numbers that tell the same objects."""
        if "#" not in old and "[t" not in old:
            return old == new
        mine, yours = _ONE_OBJECT.fullmatch(old), _ONE_OBJECT.fullmatch(new)
        if mine is not None and yours is not None:
            return mine[1] == yours[1] and self._pair((mine[1], mine[2]), (yours[1], yours[2]))
        if blanked(old) != blanked(new):
            return False
        pairs = zip(mentions(old), mentions(new), strict=True)
        return all(self._pair(mine, yours) for mine, yours in pairs)

    def _pair(self, old: _Object, new: _Object) -> bool:
        if old not in self._new and new not in self._old:
            self._new[old], self._old[new] = new, old
        return self._new.get(old) == new


def number_subtrees(*trees: TextTree) -> None:
    """Set `blank`, `key` and `numbered` of every node; keys can be compared across ``trees``."""
    known: dict[_Content, int] = {}
    for tree in trees:
        for node in reversed(tree.walk()):
            _number(node, known)


def _number(node: TextNode, known: dict[_Content, int]) -> None:
    head, outcome = node.head, node.outcome
    node.blank = head = _without_numbers(head) if "#" in head or "[t" in head else head
    if "#" in outcome:
        outcome = _without_numbers(outcome)
    node.numbered = head != node.head or outcome != node.outcome
    inside: tuple[tuple[int, int], ...] = ()
    if node.children:
        inside = tuple([(child.key, child.times) for child in node.children])
        node.numbered = node.numbered or any(child.numbered for child in node.children)
    node.key = known.setdefault((head, node.hidden, outcome, inside), len(known) + 1)
