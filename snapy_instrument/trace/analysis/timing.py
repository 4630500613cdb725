"""How long calls took: total and self time of each function, from the tree of calls."""

from __future__ import annotations

__all__ = ["FunctionTime", "function_times", "seconds_in", "total_seconds"]

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.tree import CallNode, CallTree, Events, events_of, tree_of

_Span: TypeAlias = tuple[float, float]


@dataclass(slots=True)
class FunctionTime:
    """What the calls of one function took, in seconds.

    Attributes:
        calls: Number of its calls.
        total: From call to return, calls inside included; a call inside a call of the same function adds nothing.
        own: The same without the recorded calls inside.
    """

    calls: int = 0
    total: float = 0.0
    own: float = 0.0


def total_seconds(events: Sequence[CallEvent]) -> float:
    """Return the seconds between the first and the last of ``events``, markers left out; 0.0 without events."""
    times = [event.timestamp for event in events if event.event_type != EventType.MARKER]
    return max(times) - min(times) if times else 0.0


def function_times(source: Events) -> dict[str, FunctionTime]:
    """Return the time of each function by its full name.

    Where yield and resume events were recorded, a suspended generator takes no time. Threads and tasks that a
    call started are not taken off its self time: they run beside it. A call without a return ends with the trace.
    """
    events = events_of(source)
    tree = tree_of(source)
    end = max((event.timestamp for event in events), default=0.0)
    spans = {id(node): _spans(node, end) for node in tree.walk()}
    return _added_up(tree, spans)


def seconds_in(source: Events, chosen: Callable[[CallNode], bool]) -> float:
    """Return the seconds that the chosen calls took together; one inside another adds nothing."""
    end = max((event.timestamp for event in events_of(source)), default=0.0)
    inside, total = 0, 0.0
    for node, _, begins in tree_of(source).visit():
        if not chosen(node):
            continue
        if begins and not inside:
            total += _length(_spans(node, end))
        inside += 1 if begins else -1
    return total


def _added_up(tree: CallTree, spans: dict[int, list[_Span]]) -> dict[str, FunctionTime]:
    times: dict[str, FunctionTime] = {}
    open_calls: Counter[str] = Counter()
    for node, _, begins in tree.visit():
        name = node.name
        if not begins:
            open_calls[name] -= 1
            continue
        entry = times.setdefault(name, FunctionTime())
        active = _length(spans[id(node)])
        entry.calls += 1
        entry.own += max(0.0, active - _inside(node, spans))
        if not open_calls[name]:
            entry.total += active
        open_calls[name] += 1
    return times


def _spans(node: CallNode, end: float) -> list[_Span]:
    """Return when the call was running, between its suspensions."""
    spans = []
    start: float | None = node.call.timestamp
    for _, event in node.inner:
        if event.event_type == EventType.YIELD and start is not None:
            spans.append((start, event.timestamp))
            start = None
        elif event.event_type == EventType.RESUME and start is None:
            start = event.timestamp
    if start is not None:
        spans.append((start, end if node.returned is None else node.returned.timestamp))
    return spans


def _inside(node: CallNode, spans: dict[int, list[_Span]]) -> float:
    """Return the seconds in which a call inside this one was running; overlapping ones count once."""
    limits = spans[id(node)]
    if not node.children or not limits:
        return 0.0
    first, last = limits[0][0], limits[-1][1]
    inner = [span for child in node.children if child.call.spawn_id is None for span in spans[id(child)]]
    covered, reached = 0.0, first
    for start, stop in sorted(inner):
        start, stop = max(start, reached), min(stop, last)
        if stop > start:
            covered += stop - start
            reached = stop
    return covered


def _length(spans: list[_Span]) -> float:
    return sum(stop - start for start, stop in spans)
