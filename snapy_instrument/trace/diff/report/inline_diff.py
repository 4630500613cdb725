"""A changed call as one line, elided around what changed: ``tax(amount=8.5, [-country='FR'-]) -> [-1.7-]{+1.6+}``."""

from __future__ import annotations

__all__ = ["inline_change", "inline_values"]

import re
from collections.abc import Sequence

from snapy_instrument.trace.diff.change import Change
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.text.value_syntax import parts_of, split_arguments

_LONGEST_EQUAL = 16
_LEAST_PART = 12
_TAIL = 16
_HEAD = 6
_WORD = re.compile(r"\w")
_CALL_KINDS = frozenset({"added", "removed", "moved", "repeated"})
_OF_THE_CALL = frozenset({"argument", "renamed", "hidden"})
_OF_THE_END = frozenset({"result", "raises", "no longer raises", "exception"})


def inline_change(change: Change, width: int) -> str:
    """Return the changed line, with ``[-`` old ``-]`` and ``{+`` new ``+}`` text, in about ``width`` characters."""
    old, new = change.place.old, change.place.new
    if change.kind in ("added", "removed"):
        node = new or old
        return _marked("", _cut(_first_line(node), width)) if new else _marked(_cut(_first_line(node), width), "")
    if change.kind == "moved":
        return f"{_cut(_first_line(new), width)} {change.what}"
    if change.kind == "repeated":
        return f"{_cut(_first_line(new or old), width - 14)} [x[-{change.old}-]{{+{change.new}+}}]"
    if old is None or new is None or change.kind not in _OF_THE_CALL | _OF_THE_END:
        return inline_values(change.old, change.new, width)
    return _call(old, new, change.kind, width)


def _call(old: TextNode, new: TextNode, kind: str, width: int) -> str:
    name = new.name if old.name == new.name else _marked(old.name, new.name)
    # The outcome of a call with calls inside is on a line of its own, so it is a change of its own.
    with_outcome = kind in _OF_THE_END or not (old.children or new.children)
    outcome = _outcome(old, new, max(_LEAST_PART, width // 2)) if with_outcome else ""
    if old.args is None or new.args is None:
        return f"{name}{outcome}"
    arguments = _arguments(old.args, new.args, max(_LEAST_PART, width - len(name) - len(outcome) - 2))
    if with_outcome:  # short arguments leave it more room
        outcome = _outcome(old, new, max(_LEAST_PART, width - len(name) - len(arguments) - 2))
    return f"{name}({arguments}){outcome}"


def _arguments(old: str, new: str, room: int) -> str:
    mine, yours = dict(split_arguments(old)), dict(split_arguments(new))
    if "" in mine or "" in yours:
        return inline_values(old, new, room)
    changed = [name for name in {**mine, **yours} if mine.get(name) != yours.get(name)]
    equal = max(_LEAST_PART, room // max(1, len({**mine, **yours})))
    share = max(_LEAST_PART, (room - sum(min(equal, 8) for _ in mine)) // max(1, len(changed)))
    found = []
    for name in {**yours, **mine} if len(mine) > len(yours) else {**mine, **yours}:
        if name not in yours:
            found.append(_marked(_cut(f"{name}={mine[name]}", share), ""))
        elif name not in mine:
            found.append(_marked("", _cut(f"{name}={yours[name]}", share)))
        else:
            value = inline_values(mine[name], yours[name], share)
            found.append(f"{name}={value if name in changed else _elide(yours[name], equal)}")
    return _fitting(found, room)


def _fitting(parts: Sequence[str], room: int) -> str:
    """Return the parts after each other; where they are too long, the last unchanged ones become ``...``."""
    found = list(parts)
    for place in reversed(range(len(found))):
        if len(", ".join(found)) <= room:
            break
        if "[-" not in found[place] and "{+" not in found[place]:
            found[place : place + 2] = (
                ["..."] if found[place + 1 : place + 2] in ([], ["..."]) else ["...", found[place + 1]]
            )
    return ", ".join(found)


def _outcome(old: TextNode, new: TextNode, room: int) -> str:
    if old.outcome == new.outcome:
        return f" {_cut(new.outcome, room)}" if new.outcome else ""
    mine, yours = old.outcome.partition(" "), new.outcome.partition(" ")
    if mine[0] == yours[0]:
        return f" {mine[0]} {inline_values(mine[2], yours[2], room)}"
    return f" {_marked(_cut(old.outcome, room // 2), _cut(new.outcome, room // 2))}"


def inline_values(old: str, new: str, room: int) -> str:
    """Return two texts of a value as one: what they have in common once, elided far from what changed."""
    if old == new:
        return _cut(new, room)
    if len(old) + len(new) + 8 <= min(room, 24) or not old or not new:
        return _marked(_cut(old, room), _cut(new, room))
    start = _start(old, new)
    end = _end(old[start:], new[start:])
    before, after = old[:start], old[len(old) - end :] if end else ""
    mine, yours = old[start : len(old) - end], new[start : len(new) - end]
    whole = f"{before}{_marked(mine, yours)}{after}"
    if len(whole) <= room:
        return whole
    before = f"...{_last_words(before)}" if len(before) > _TAIL + 3 else before
    after = f"{after[:_HEAD]}..." if len(after) > _HEAD + 3 else after
    left = max(_LEAST_PART, (room - len(before) - len(after) - 8) // 2)
    return f"{before}{_marked(_cut(mine, left), _cut(yours, left))}{after}"


def _last_words(text: str) -> str:
    """Return the end of a text from the start of a word."""
    end = text[-_TAIL:]
    space = end.find(" ", 0, -1)
    return end[space + 1 :]


def _common(old: str, new: str) -> int:
    """Return how many characters both texts begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (mine, yours) in pairs if mine != yours), min(len(old), len(new)))


def _start(old: str, new: str) -> int:
    """Return how many characters both texts begin with, up to the end of a word."""
    same = _common(old, new)
    while same and _splits(old, same) | _splits(new, same):
        same -= 1
    return same


def _end(old: str, new: str) -> int:
    """Return how many characters both texts end with, from the start of a word."""
    same = _common(old[::-1], new[::-1])
    while same and _splits(old, len(old) - same) | _splits(new, len(new) - same):
        same -= 1
    return same


def _splits(text: str, place: int) -> bool:
    """Return whether there are parts of one word or number on both sides of a place."""
    if not 0 < place < len(text):
        return False
    return all(_WORD.match(char) or char in ".-" for char in text[place - 1 : place + 1])


def _marked(old: str, new: str) -> str:
    return f"{f'[-{old}-]' if old else ''}{f'{{+{new}+}}' if new else ''}"


def _elide(text: str, room: int) -> str:
    """Return an unchanged value: as it is if short, else its beginning: ``Series(...)``."""
    if len(text) <= min(room, _LONGEST_EQUAL):
        return text
    parts = parts_of(text)
    return f"{parts.begins}...{parts.ends[:1]}" if parts is not None else _cut(text, min(room, _LONGEST_EQUAL))


def _first_line(node: TextNode | None) -> str:
    return node.text if node is not None else ""


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(1, room - 3)]}..."
