"""Messages of failed assertions about calls: what was found, what was expected, then the text of the trace."""

from __future__ import annotations

__all__ = ["Asserted", "each_counted", "message", "not_called", "out_of_order", "raised", "refuse", "with_arguments"]

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from snapy_instrument._words import count, either
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.assertions.budgets import Overrun
from snapy_instrument.trace.assertions.calls import Calls, one_line
from snapy_instrument.trace.assertions.excerpt import marked_lines
from snapy_instrument.trace.assertions.expected_arguments import Expected
from snapy_instrument.trace.nodes import CallNode, CallTree
from snapy_instrument.trace.selection import Selection, near_names
from snapy_instrument.trace.text.layout import Layout
from snapy_instrument.trace.text.value_text import clean

_MOST_NAMES = 3
_NOTHING = "no calls were recorded: is the code traced, and does the block run it?"


class Asserted(Protocol):
    """What can be asserted on: a `Trace`."""

    @property
    def events(self) -> Sequence[CallEvent]:
        """The events, oldest first."""

    @property
    def tree(self) -> CallTree:
        """The calls as a tree."""

    @property
    def layout(self) -> Layout:
        """The text, with the decisions behind it."""

    @property
    def calls(self) -> Calls:
        """The calls in the order of the tree."""


def message(trace: Asserted, lines: Sequence[str], marked: Iterable[CallNode]) -> str:
    """Return the lines, and the text of the trace with the calls in question marked."""
    return "\n".join([*lines, *marked_lines(trace.layout, marked)])


def refuse(trace: Asserted, selection: Selection | None, found: Sequence[Overrun]) -> None:
    """Raise an AssertionError for budgets that were exceeded."""
    __tracebackhide__ = True
    if found:
        name = "" if selection is None else f"{_title(selection)}: "
        text = name + "; ".join(over.text for over in found)
        raise AssertionError(message(trace, [text], [node for over in found for node in over.calls]))


def _title(selection: Selection) -> str:
    return str(selection).replace("'", "") if len(selection.patterns) == 1 else str(selection)


def with_arguments(expected: Expected) -> str:
    """Return `` with net=5.0``, or nothing."""
    return f" with {expected}" if expected else ""


def each_counted(nodes: Iterable[CallNode]) -> str:
    """Return ``shop.a was called 2 times, shop.b 1 time``."""
    names = Counter(clean(node.name) for node in nodes).most_common()
    parts = [f"{name}{' was called' * (not place)} {count(times, 'time')}" for place, (name, times) in enumerate(names)]
    more = [f"{len(parts) - _MOST_NAMES} more"] * (len(parts) > _MOST_NAMES)
    return ", ".join([*parts[:_MOST_NAMES], *more])


def _never_called(trace: Asserted, selection: Selection) -> str:
    names = [clean(node.name) for node in trace.calls.nodes]
    near = near_names(selection, names)
    hint = f"; did you mean {either(near)}?" if near else "" if names else f"; {_NOTHING}"
    return f"{_title(selection)} was never called{hint}"


def not_called(
    trace: Asserted, selection: Selection, expected: Expected, named: list[CallNode], found: int, times: int | None
) -> list[str]:
    """Return the lines for calls that were not made, or a wrong number of times."""
    if not named:
        asked = f"asked: {'at least once' if times is None else count(times, 'time')}{with_arguments(expected)}"
        return [_never_called(trace, selection), asked]
    if found:
        return [f"{_title(selection)} was called {count(found, 'time')}{with_arguments(expected)}, not {times}"]
    asked = "" if times is None else f", asked: {count(times, 'time')}"
    return [
        f"{_title(selection)} was called {count(len(named), 'time')}, never{with_arguments(expected)}{asked}",
        *_nearest(trace, expected, named),
    ]


def _nearest(trace: Asserted, expected: Expected, named: list[CallNode]) -> Iterator[str]:
    nearest = min(named, key=lambda node: len(expected.differences(node)))
    yield f"nearest: {one_line(trace.layout, nearest)}"
    yield from (f"  {difference}" for difference in expected.differences(nearest))


def out_of_order(trace: Asserted, selections: Sequence[Selection], place: int) -> list[str]:
    """Return the lines for a call that was not made after the ones before ``place``."""
    selection = selections[place]
    asked = f"asked: {', then '.join(map(_title, selections))}"
    made = sum(map(selection.has, trace.calls.nodes))
    if not made:
        return [_never_called(trace, selection), asked]
    return [
        f"{_title(selection)} was called {count(made, 'time')}, but not after {_title(selections[place - 1])}",
        asked,
    ]


def raised(trace: Asserted, found: Sequence[CallNode]) -> list[str]:
    """Return the lines for calls left by an exception."""
    exception = trace.layout.exception
    first = next((node for node in found if not exception(node).startswith("^")), found[0])
    others = f"; {count(len(found) - 1, 'more call')} left by an exception" if len(found) > 1 else ""
    return [f"{clean(first.name)} raised {exception(first)}{others}", f"path: {_path(trace.tree, first)}"]


def _path(tree: CallTree, wanted: CallNode) -> str:
    path: list[str] = []
    for node, _, begins in tree.visit():
        if not begins:
            path.pop()
            continue
        path.append(clean(node.name))
        if node is wanted:
            break
    return " > ".join(path)
