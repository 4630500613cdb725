"""Calls and the tree that they form."""

from __future__ import annotations

__all__ = ["CallNode", "CallTree"]

import sys
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from snapy_instrument.events import CallEvent


class CallNode:
    """One logical call and what happened inside it.

    Attributes:
        call: Its ``call`` event.
        returned: Its ``return`` event, or None.
        raised: Its last ``exception`` event, or None.
        children: The calls made directly inside, in the order in which they were made or started.
        inner: Its line, yield, resume and marker events, each with its place among the children.
        order: Its place among its siblings; comparable with theirs.
    """

    __slots__ = ("_latest", "call", "children", "inner", "order", "raised", "returned")

    def __init__(self, call: CallEvent, order: tuple[int, int]) -> None:
        self.call = call
        self.returned: CallEvent | None = None
        self.raised: CallEvent | None = None
        self.children: list[CallNode] = []
        self.inner: list[tuple[tuple[int, int], CallEvent]] = []
        self.order = order
        self._latest = 0

    @property
    def name(self) -> str:
        """``module.qualname`` of the function."""
        return self.call.name

    @property
    def args(self) -> dict[str, Any]:
        """Captured arguments by parameter name."""
        return self.call.args or {}

    @property
    def left_by_exception(self) -> bool:
        """Whether an exception ended the call."""
        if self.returned is not None and self.returned.exception is not None:
            return True
        return self.raised is not None and (self.returned is None or self.returned.return_value is None)

    @property
    def finished(self) -> bool:
        """Whether the end of the call was seen."""
        return self.left_by_exception or (self.returned is not None and self.returned.finished)

    def items(self) -> list[CallNode | CallEvent]:
        """Children and inner events together, in order."""
        placed: list[tuple[tuple[int, int], CallNode | CallEvent]] = [(c.order, c) for c in self.children]
        placed.extend(self.inner)
        return [item for _, item in sorted(placed, key=itemgetter(0))]

    def add_child(self, child: CallNode) -> None:
        """Put ``child`` under this call."""
        self.children.append(child)
        if child.call.spawn_id is None:
            self._latest = child.order[0]

    def add_inner(self, event: CallEvent) -> None:
        """Put ``event`` behind the last child that this call made itself.

        A spawned child says nothing about the moment: it runs when its thread or task runs.
        """
        self.inner.append(((self._latest, sys.maxsize), event))


class CallTree:
    """All calls of a recording.

    Attributes:
        roots: Calls without a recorded caller, in order.
        detached: Root calls of threads that no recorded call started; their order depends on the schedule.
        markers: Marker events that stand under no call.
        by_id: The calls that have an identifier, by `CallEvent.call_id`.
    """

    __slots__ = ("by_id", "detached", "markers", "roots")

    def __init__(self) -> None:
        self.roots: list[CallNode] = []
        self.detached: list[CallNode] = []
        self.markers: list[CallEvent] = []
        self.by_id: dict[int, CallNode] = {}

    def visit(self, detached: Sequence[CallNode] | None = None) -> Iterator[tuple[CallNode, int, bool]]:
        """Each call twice, with its depth: when it begins (True) and, its children done, when it ends (False).

        Args:
            detached: The order in which to visit the detached calls; default as they stand.
        """
        last = self.detached if detached is None else detached
        stack = [(node, 0, True) for node in reversed([*self.roots, *last])]
        while stack:
            node, depth, begins = stack.pop()
            yield node, depth, begins
            if begins:
                stack.append((node, depth, False))
                stack.extend((child, depth + 1, True) for child in reversed(node.children))

    def walk(self) -> Iterator[CallNode]:
        """Each call once, before its children."""
        stack = [*reversed(self.detached), *reversed(self.roots)]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack.extend(reversed(node.children))

    def height(self) -> int:
        """The greatest number of calls open at once on one path; 0 without calls."""
        return max((depth + 1 for _, depth, begins in self.visit() if begins), default=0)
