"""Checks whether a list of events can be the recording of a program."""

from __future__ import annotations

__all__ = ["TraceValidator"]

from collections.abc import Callable, Iterator, Sequence

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.trace.tree import Events, events_of


class TraceValidator:
    """A set of checks on events; each check raises a `TraceError` that names the first event that is wrong."""

    def __repr__(self) -> str:
        return "<TraceValidator>"

    def validate_call_balance(self, events: Events) -> None:
        """Check that every call has exactly one return: by ``call_id``, or without one by a stack for each thread.

        Raises:
            TraceError: "Return without matching call ..." or "Unmatched function calls ...".
        """
        _raise_first(_balance, events)

    def validate_order(self, events: Events) -> None:
        """Check that time does not go back in a thread, and that a return follows its call and has its name.

        Raises:
            TraceError: It is not so.
        """
        _raise_first(_order, events)

    def validate_parents(self, events: Events) -> None:
        """Check that a parent was called before its child and is one level above, unless the child was spawned.

        Raises:
            TraceError: It is not so.
        """
        _raise_first(_parents, events)

    def validate(self, events: Events) -> None:
        """Run all checks.

        Raises:
            TraceError: The first that fails.
        """
        recorded = events_of(events)
        for check in _CHECKS:
            _raise_first(check, recorded)

    def problems(self, events: Events) -> list[str]:
        """Return what all checks find, as messages; empty for a sound trace."""
        recorded = events_of(events)
        return [problem for check in _CHECKS for problem in check(recorded)]


def _raise_first(check: Callable[[Sequence[CallEvent]], Iterator[str]], events: Events) -> None:
    for problem in check(events_of(events)):
        raise TraceError(problem)


def _where(index: int, event: CallEvent) -> str:
    identity = f", call_id {event.call_id}" if event.call_id else ""
    return f"event {index} ({event.name}{identity})"


def _balance(events: Sequence[CallEvent]) -> Iterator[str]:
    by_id: dict[int, int] = {}
    stacks: dict[str, list[int]] = {}
    for index, event in enumerate(events):
        stack = stacks.setdefault(event.thread_id, [])
        if event.event_type == EventType.CALL:
            if not event.call_id:
                stack.append(index)
            elif event.call_id in by_id:
                yield f"Unmatched function calls: {_where(index, event)} is open already; call_id must be unique"
            else:
                by_id[event.call_id] = index
        elif event.event_type == EventType.RETURN:
            found = by_id.pop(event.call_id, None) if event.call_id else (stack.pop() if stack else None)
            if found is None:
                yield (
                    f"Return without matching call: {_where(index, event)} ends no open call; "
                    "was its call left out of the list?"
                )
    left = sorted([*by_id.values(), *(index for stack in stacks.values() for index in stack)])
    if left:
        yield (
            f"Unmatched function calls: {len(left)} without a return, first {_where(left[0], events[left[0]])}; "
            "were the events taken before recording ended?"
        )


def _order(events: Sequence[CallEvent]) -> Iterator[str]:
    latest: dict[str, float] = {}
    names: dict[int, str] = {}
    stacks: dict[str, list[str]] = {}
    for index, event in enumerate(events):
        if event.event_type == EventType.MARKER:
            continue
        before = latest.get(event.thread_id)
        if before is not None and event.timestamp < before:
            yield f"Time goes back: {_where(index, event)} is earlier than the event before it in its thread"
        latest[event.thread_id] = event.timestamp
        stack = stacks.setdefault(event.thread_id, [])
        if event.event_type == EventType.CALL:
            if event.call_id:
                names[event.call_id] = event.name
            else:
                stack.append(event.name)
        elif event.event_type == EventType.RETURN:
            called = names.get(event.call_id) if event.call_id else (stack.pop() if stack else None)
            yield from _return_problem(index, event, called)


def _return_problem(index: int, event: CallEvent, called: str | None) -> Iterator[str]:
    if called is None:
        yield f"Return before its call: {_where(index, event)}; sort the events by time"
    elif called != event.name:
        yield f"Return of another function: {_where(index, event)} ends a call of {called}"


def _parents(events: Sequence[CallEvent]) -> Iterator[str]:
    depths: dict[int, int] = {}
    for index, event in enumerate(events):
        if event.event_type != EventType.CALL or not event.call_id:
            continue
        if event.parent_id is not None:
            parent = depths.get(event.parent_id)
            if parent is None:
                yield f"Unknown parent: {_where(index, event)} has parent_id {event.parent_id}, not called before it"
            elif event.spawn_id is None and event.depth != parent + 1:
                yield f"Wrong depth: {_where(index, event)} has depth {event.depth} under a parent of depth {parent}"
        depths[event.call_id] = event.depth


_CHECKS = (_balance, _order, _parents)
