"""Budgets for counts (calls, depth, exceptions) and for measured quantities (seconds, memory)."""

from __future__ import annotations

__all__ = ["Overrun", "counted_overruns", "measured_overruns"]

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from snapy_instrument._words import count, number, whole_number
from snapy_instrument.trace.analysis.timing import function_times, seconds_in
from snapy_instrument.trace.nodes import CallNode, CallTree
from snapy_instrument.trace.selection import Selection
from snapy_instrument.trace.text.value_text import clean
from snapy_instrument.trace.tree import Events, events_of, tree_of

_MOST_NAMES = 3
_MOST_IN_PATH = 6


class Overrun(NamedTuple):
    """A budget that was exceeded: the sentence, and the calls that it is about."""

    text: str
    calls: list[CallNode]


def checked(budgets: Mapping[str, float | None], *, whole: Iterable[str] = ()) -> dict[str, float]:
    """Return the budgets that were given.

    Raises:
        ValueError: None was given, or one is no number of at least 0 (a whole number for those in ``whole``).
    """
    given = {name: most for name, most in budgets.items() if most is not None}
    if not given:
        raise ValueError(f"no budget was given: name at least one of {', '.join(budgets)}")
    for name, most in given.items():
        check = whole_number if name in whole else number
        check(name, most)
    return given


def counted_overruns(tree: CallTree, selection: Selection | None, budgets: Mapping[str, float | None]) -> list[Overrun]:
    """Return what exceeds budgets on ``calls``, ``depth`` and ``exceptions``; the same on every run.

    Args:
        tree: The calls.
        selection: The calls that count, None for all.
        budgets: The greatest numbers allowed, None for no limit.

    Raises:
        ValueError: As for `checked`.
    """
    counts = {"calls": _calls, "depth": _depth, "exceptions": _exceptions}
    given = checked(budgets, whole=counts)
    return [over for name, most in given.items() if (over := counts[name](tree, selection, int(most))) is not None]


def measured_overruns(
    source: Events, selection: Selection | None, budgets: Mapping[str, float | None]
) -> list[Overrun]:
    """Return the same for ``seconds`` and ``memory`` (bytes), which differ between runs.

    Raises:
        ValueError: As for `checked`.
    """
    measures = {"seconds": _seconds, "memory": _memory}
    given = checked(budgets)
    return [over for name, most in given.items() if (over := measures[name](source, selection, most)) is not None]


def _calls(tree: CallTree, selection: Selection | None, most: int) -> Overrun | None:
    nodes = [node for node in tree.walk() if selection is None or selection.has(node)]
    if len(nodes) <= most:
        return None
    names = Counter(clean(node.name) for node in nodes)
    most_often = ", ".join(f"{name} {times}" for name, times in names.most_common(_MOST_NAMES))
    more = ", ..." * (len(names) > _MOST_NAMES)
    text = f"{len(nodes)} calls, the budget is {most} ({most_often}{more})"
    return Overrun(text, [] if selection is None else nodes)


def _depth(tree: CallTree, selection: Selection | None, most: int) -> Overrun | None:
    """Compare the longest path; with a selection, of the calls that it includes."""
    deepest: list[CallNode] = []
    path: list[CallNode] = []
    for node, _, begins in tree.visit():
        if selection is not None and not selection.has(node):
            continue
        if not begins:
            path.pop()
            continue
        path.append(node)
        if len(path) > len(deepest):
            deepest = [*path]
    if len(deepest) <= most:
        return None
    names = [clean(node.name) for node in deepest]
    if len(names) > _MOST_IN_PATH:
        names[_MOST_IN_PATH // 2 : -_MOST_IN_PATH // 2] = ["..."]
    return Overrun(f"depth {len(deepest)}, the budget is {most} ({' > '.join(names)})", deepest[most:])


def _exceptions(tree: CallTree, selection: Selection | None, most: int) -> Overrun | None:
    nodes = [node for node in tree.walk() if node.left_by_exception and (selection is None or selection.has(node))]
    if len(nodes) <= most:
        return None
    return Overrun(f"{count(len(nodes), 'call was', 'calls were')} left by an exception, the budget is {most}", nodes)


def _seconds(source: Events, selection: Selection | None, most: float) -> Overrun | None:
    taken = seconds_in(source, lambda node: selection is None or selection.has(node))
    if taken <= most:
        return None
    longest = ", ".join(f"{name} {seconds:.3g} s" for name, seconds in _longest(source, selection))
    return Overrun(f"{taken:.3g} s, the budget is {most} s (longest: {longest})", [])


def _longest(source: Events, selection: Selection | None) -> Iterator[tuple[str, float]]:
    chosen = {node.name for node in tree_of(source).walk() if selection is None or selection.has(node)}
    times = sorted(function_times(source).items(), key=lambda item: -item[1].own)
    yield from ((clean(name), time.own) for name, time in [each for each in times if each[0] in chosen][:_MOST_NAMES])


def _memory(source: Events, selection: Selection | None, most: float) -> Overrun | None:
    ids = {node.call.call_id for node in tree_of(source).walk() if selection is None or selection.has(node)}
    events = [event for event in events_of(source) if selection is None or event.call_id in ids]
    taken = max((event.memory_usage for event in events), default=0)
    return Overrun(f"{taken} bytes used by the process, the budget is {most}", []) if taken > most else None
