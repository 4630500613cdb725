"""Reads the text of values: brackets and quotes are kept together, nothing is evaluated."""

from __future__ import annotations

__all__ = ["Parts", "closing", "parts_of", "split_arguments", "split_members"]

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_STRINGS = r"'(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\""
_TOKEN = re.compile(rf"{_STRINGS}|[()\[\]{{}}<>,:]")
# Marks such as ``a -> b`` hold angles that are no brackets.
_TOKEN_WITHOUT_ANGLES = re.compile(rf"{_STRINGS}|[()\[\]{{}},:]")
_FLAT = r"[^()\[\]{}<>'\"]++|'[^'\\]*+'|<[^()\[\]{}<>'\"]*+>"
_NESTED = rf"[(\[{{](?:{_FLAT}|[(\[{{](?:{_FLAT})*+[)\]}}])*+[)\]}}]"
# One member and the comma behind it; members nested deeper or quoted otherwise take a slower way.
_USUAL_MEMBER = re.compile(rf"\s*((?:[^()\[\]{{}}<>'\",]++|'[^'\\]*+'|<[^()\[\]{{}}<>'\"]*+>|{_NESTED})*+)(?:,|\Z)")
_BARE = re.compile(r"[^()\[\]{}<>'\"]*+")
_OPENS = re.compile(r"[(\[{<'\"]")
_USUAL_KEY = re.compile(r"('[^'\\]*+'|[\w.+-]++):")
_SOME = 4096
_OPENING = frozenset("([{<")
_CLOSING = frozenset(")]}>")
_CUT = re.compile(r"\.\.\.<\+\d+ \w+ #\w+>\Z")
_BEGINS = re.compile(r"[\w.]*[(\[{]")
_FIELD = re.compile(r"([^\W\d][\w.]*)=")


class Parts(NamedTuple):
    """A container as its members.

    Attributes:
        begins: The text up to the first member: ``[``, ``Item(``.
        members: For each the step that leads to it (``[0]``, ``.qty``, ``['ok']``) and its text.
        ends: The text behind the last member, with what says that it was cut: ``]...<+9 items #1f0c2a3b>``.
        ordered: False for a set; its steps are empty.
    """

    begins: str
    members: tuple[tuple[str, str], ...]
    ends: str
    ordered: bool


def closing(text: str, start: int, *, angles: bool = True) -> int:
    """Return where the bracket at ``start`` is closed, or -1; ``angles`` says whether these are brackets."""
    depth = 0
    for token in (_TOKEN if angles else _TOKEN_WITHOUT_ANGLES).finditer(text, start):
        char = token[0]
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth -= 1
            if depth == 0:
                return token.start()
    return -1


def split_members(text: str) -> list[str]:
    """Return the parts between the commas of the outermost level; ``text`` alone where its brackets do not match."""
    found = _usual_members(text)
    if found is not None:
        return found
    for token in (_TOKEN, _TOKEN_WITHOUT_ANGLES):
        cuts = _outside(text, ",", token)
        if cuts is not None:
            edges = [-1, *cuts, len(text)]
            members = [text[a + 1 : b].strip() for a, b in pairwise(edges)]
            return members if members[-1] else members[:-1]
    return [text]


def _usual_members(text: str) -> list[str] | None:
    if _BARE.fullmatch(text):
        bare = [member.strip() for member in text.split(",")]
        return bare if bare[-1] or text[-1:].isspace() else bare[:-1]
    found, place = [], 0
    while place < len(text):
        member = _USUAL_MEMBER.match(text, place)
        if member is None:
            return None
        found.append(member[1].rstrip())
        place = member.end()
    return found


@lru_cache(maxsize=_SOME)
def split_arguments(text: str) -> tuple[tuple[str, str], ...]:
    """Return names and values of ``x=1, y=[2, 3]``; the name is empty where there is none."""
    return tuple([_named(member) for member in split_members(text)])


@lru_cache(maxsize=_SOME)
def parts_of(text: str) -> Parts | None:
    """Return the members of a container, or None where ``text`` is a scalar or cannot be read."""
    if not text or text[-1] not in ")]}>":
        return None
    cut = _CUT.search(text)
    bare = text[: cut.start()] if cut else text
    found = _BEGINS.match(bare)
    if found is None or bare[-1] not in ")]}":
        return None
    start = found.end() - 1
    last = len(bare) - 1
    begins, inside = bare[: found.end()], bare[found.end() : -1]
    members = _usual_members(inside)
    if members is None:
        if closing(bare, start) != last and closing(bare, start, angles=False) != last:
            return None
        members = split_members(inside)
    steps = tuple(_steps(begins, members))
    unordered = begins == "{" and bool(steps) and not any(step for step, _ in steps)
    return Parts(begins, steps, text[last:], not unordered)


def _outside(text: str, char: str, token: re.Pattern[str]) -> list[int] | None:
    """Return where ``char`` is outside of brackets and quotes; None where brackets do not match."""
    depth, found = 0, []
    for each in token.finditer(text):
        if each[0] in _OPENING:
            depth += 1
        elif each[0] in _CLOSING:
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and each[0] == char:
            found.append(each.start())
    return found if depth == 0 else None


def _named(member: str) -> tuple[str, str]:
    name, equals, value = member.partition("=")
    return (name, value) if equals and name.isprintable() and not _OPENS.search(name) else ("", member)


def _steps(begins: str, members: list[str]) -> Iterable[tuple[str, str]]:
    if begins == "{":
        return _dict_steps(members)
    return [_step(place, member, begins) for place, member in enumerate(members)]


def _step(place: int, member: str, begins: str) -> tuple[str, str]:
    field = _FIELD.match(member) if len(begins) > 1 else None
    return (f"[{place}]", member) if field is None else (f".{field[1]}", member[field.end() :])


def _dict_steps(members: list[str]) -> Iterator[tuple[str, str]]:
    for member in members:
        usual = _USUAL_KEY.match(member)
        if usual is not None:
            yield f"[{usual[1]}]", member[usual.end() :].strip()
            continue
        colons = _outside(member, ":", _TOKEN) or _outside(member, ":", _TOKEN_WITHOUT_ANGLES)
        if colons:
            yield f"[{member[: colons[0]]}]", member[colons[0] + 1 :].strip()
        else:
            yield "", member
