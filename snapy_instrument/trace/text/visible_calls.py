"""Chooses the calls that a text shows: those nested too deep or inside collapsed ones are counted instead."""

from __future__ import annotations

__all__ = ["VisibleCalls", "hidden_text"]

from collections.abc import Callable, Iterator, Sequence

from snapy_instrument._words import count
from snapy_instrument.trace.call_index import CallIndex
from snapy_instrument.trace.selection import Selection


class VisibleCalls:
    """The calls that a text shows, by number.

    Args:
        index: All calls.
        max_depth: How many nested calls are shown, at least 1; None for no limit.
        collapse: Patterns of calls whose inner calls are hidden.

    Attributes:
        shown: The calls that are shown, each before those inside it.
    """

    def __init__(self, index: CallIndex, max_depth: int | None = None, collapse: Sequence[str] = ()) -> None:
        self._index = index
        self._hidden: dict[int, int] = {}
        self._shown_in: dict[int, int] = {}
        self.shown: Sequence[int] = (
            index.reachable() if max_depth is None and not collapse else self._visit(max_depth, collapse)
        )

    @property
    def hides(self) -> bool:
        """Whether any calls are hidden."""
        return bool(self._hidden)

    def hidden(self, number: int) -> int:
        """Return how many calls are hidden inside a call."""
        return self._hidden.get(number, 0)

    def inside(self, number: int) -> Iterator[int]:
        """Yield the calls that are hidden inside a call."""
        children = self._index.children
        stack = [*children[number]] if number in self._hidden else []
        while stack:
            child = stack.pop()
            yield child
            stack.extend(children[child])

    def shown_in(self, call_id: int) -> int:
        """Return the identifier of the call that hides a call, for a visible one its own."""
        return self._shown_in.get(call_id, call_id)

    def _visit(self, max_depth: int | None, collapse: Sequence[str]) -> list[int]:
        index, children = self._index, self._index.children
        collapsed = _in(Selection(collapse), index) if collapse else _none
        shown: list[int] = []
        stack = [(number, 1) for number in reversed([*index.roots, *index.detached])]
        while stack:
            number, depth = stack.pop()
            shown.append(number)
            if children[number] and (depth == max_depth or collapsed(number)):
                self._hide(number)
            else:
                stack.extend((child, depth + 1) for child in reversed(children[number]))
        return shown

    def _hide(self, number: int) -> None:
        index = self._index
        self._hidden[number] = 0
        for hidden in self.inside(number):
            self._hidden[number] += 1
            if call_id := index.call_id(hidden):
                self._shown_in[call_id] = index.call_id(number)


def _in(selection: Selection, index: CallIndex) -> Callable[[int], bool]:
    def has(number: int) -> bool:
        call = index.event(index.rows[number])
        return selection.has_name(call.module, call.name)

    return has


def _none(number: int) -> bool:
    return False


def hidden_text(hidden: int) -> str:
    """Return what follows the arguments of a call in which calls are hidden: ``[+3 calls]``."""
    return f"[+{count(hidden, 'call')}]"
