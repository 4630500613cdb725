"""Formats changes as old and new lines, with the calls around them."""

from __future__ import annotations

__all__ = ["hunk_lines"]

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.parse import TextNode

_MOST_CHANGES = 40
_MOST_CONSEQUENCES = 20
_MOST_ALIKE = 10
_MOST_AROUND = 6
_MOST_INSIDE = 10
_LONGEST_CONTEXT = 100
_OF_THE_END = frozenset({"result", "raises", "no longer raises", "exception"})


def hunk_lines(found: Sequence[Change]) -> list[str]:
    """Return the lines of all changes in the order of the trace: old ones with ``-``, new ones with ``+``."""
    writer = _Writer()
    left = {False: _MOST_CHANGES, True: _MOST_CONSEQUENCES}
    alike: Counter[tuple[str, str]] = Counter()
    hidden = 0
    for change in found:
        kind = (change.kind, change.name)
        if left[change.follows] and alike[kind] < _MOST_ALIKE:
            alike[kind] += 1
            left[change.follows] -= 1
            writer.write(change)
        else:
            hidden += 1
    return [*writer.lines, f"... and {hidden} more"] if hidden else writer.lines


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._shown: list[Place] = []
        self._last: tuple[TextNode | None, TextNode | None] = (None, None)

    def write(self, change: Change) -> None:
        """Add the lines of ``change``."""
        if change.kind == "header":
            self.lines += [f"- {change.old}", f"+ {change.new}"]
        elif change.kind == "moved" and change.origin is not None:
            self._hunk(change.origin, _whole_call(change, change.place.old), [])
            self._hunk(change.place.parent, [], _whole_call(change, change.place.new))
        elif change.kind in _OF_THE_END:
            self._ending(change)
        elif change.kind in ("marker", "label", "yield", "resume", "line"):
            self._hunk(change.place, _texts(change.old), _texts(change.new))
        else:
            self._call(change)

    def _call(self, change: Change) -> None:
        place = change.place
        if change.kind in ("argument", "renamed", "hidden"):
            if self._last == (place.old, place.new):
                return
            self._last = (place.old, place.new)
            self._hunk(place.parent, _first(place.old, change.times), _first(place.new, change.times))
            self._shown.append(place)
        elif change.kind == "repeated":
            old = _first(place.old, int(change.old)) if change.old_line is not None else []
            new = _first(place.new, int(change.new)) if change.new_line is not None else []
            if not old or not new:
                old, new = (_first(place.old, 1) if old else []), (_first(place.new, 1) if new else [])
            self._hunk(place.parent, old, new)
        else:
            self._hunk(place.parent, _whole_call(change, place.old), _whole_call(change, place.new))

    def _ending(self, change: Change) -> None:
        old, new = change.place.old, change.place.new
        if old is None or new is None or old.children or new.children:
            self._hunk(change.place, _outcome(old), _outcome(new))
        elif self._last != (old, new):
            self._hunk(change.place.parent, _first(old, change.times), _first(new, change.times))

    def _hunk(self, around: Place | None, old: list[str], new: list[str]) -> None:
        chain = _chain(around)
        common = [a for a, _ in takewhile(lambda pair: pair[0] is pair[1], zip(chain, self._shown, strict=False))]
        for depth, place in enumerate(chain):
            if depth >= len(common):
                self.lines.append(f"  {'  ' * depth}{_context(place, cut=depth == 0 and place.depth > 1)}")
        self._shown = chain
        indent = "  " * len(chain)
        self.lines += [f"- {indent}{line}" for line in old]
        self.lines += [f"+ {indent}{line}" for line in new]


def _chain(place: Place | None) -> list[Place]:
    """Return the innermost places around a change, outermost first."""
    chain: list[Place] = []
    while place is not None and place.name and len(chain) < _MOST_AROUND:
        chain.append(place)
        place = place.parent
    return chain[::-1]


def _context(place: Place, *, cut: bool) -> str:
    node = place.new or place.old
    if node is None:
        return place.name
    text = node.head if len(node.head) <= _LONGEST_CONTEXT else f"{node.name}(...)"
    return f"{'... > ' * cut}{text}{f' [x{node.times}]' * (node.times > 1)}"


def _texts(text: str) -> list[str]:
    return [text] if text else []


def _first(node: TextNode | None, times: int) -> list[str]:
    return [] if node is None else [_folded(node.text, times)]


def _outcome(node: TextNode | None) -> list[str]:
    return _texts(node.outcome) if node is not None else []


def _folded(text: str, times: int) -> str:
    return f"{text} [x{times}]" if times > 1 else text


def _whole_call(change: Change, node: TextNode | None) -> list[str]:
    """Return the lines of a call with what is inside it; the call alone where it was put around others."""
    if node is None:
        return []
    lines = [_folded(node.text, change.times)]
    if not change.around:
        inside = list(_inside(node))
        lines += inside[:_MOST_INSIDE]
        if len(inside) > _MOST_INSIDE:
            lines.append(f"  ... and {len(inside) - _MOST_INSIDE} more lines inside")
    return lines


def _inside(node: TextNode) -> Iterator[str]:
    stack: list[tuple[TextNode | str, int]] = [(child, 1) for child in reversed(node.children)]
    if node.children and node.outcome:
        stack.insert(0, (node.outcome, 1))
    while stack:
        item, depth = stack.pop()
        if isinstance(item, str):
            yield f"{'  ' * min(depth, 20)}{item}"
            continue
        yield f"{'  ' * min(depth, 20)}{_folded(item.text, item.times)}"
        if item.children and item.outcome:
            stack.append((item.outcome, depth + 1))
        stack.extend((child, depth + 1) for child in reversed(item.children))
