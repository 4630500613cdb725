"""Calls and the tree that they form."""

from __future__ import annotations

__all__ = ["CallNode", "CallTree"]

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from snapy_instrument._words import count
from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.trace.call_index import CallIndex


class CallNode:
    """One logical call and what happened inside it.

    It answers to the field names of `CallEvent`: those of its ``call`` event, and how it ended.

    Attributes:
        call: Its ``call`` event.
        returned: Its ``return`` event, or None.
        raised: Its last ``exception`` event, or None.
        children: The calls made directly inside, in the order in which they were made or started.
        inner: Its line, yield, resume and marker events, each with its place among the children.
        order: Its place among its siblings; comparable with theirs.
        number: Its number in the recording, from 0 in the order of the call events.
    """

    __slots__ = ("call", "children", "inner", "number", "order", "raised", "returned")

    def __init__(self, call: CallEvent, order: tuple[int, int], number: int) -> None:
        self.call = call
        self.number = number
        self.returned: CallEvent | None = None
        self.raised: CallEvent | None = None
        self.children: list[CallNode] = []
        self.inner: list[tuple[tuple[int, int], CallEvent]] = []
        self.order = order

    @property
    def name(self) -> str:
        """``module.qualname`` of the function."""
        return self.call.name

    @property
    def args(self) -> dict[str, Any]:
        """Captured arguments by parameter name."""
        return self.call.args or {}

    @property
    def return_value(self) -> Any:
        """The captured result; None where it was left by an exception or did not end."""
        return None if self.returned is None else self.returned.return_value

    @property
    def exception(self) -> ExceptionInfo | None:
        """The exception that left it, or None."""
        ends = (self.returned, self.raised if self.left_by_exception else None)
        return next((end.exception for end in ends if end is not None and end.exception is not None), None)

    @property
    def raised_in(self) -> int | None:
        """The number of the innermost recorded call that the exception left, or None."""
        end = self.raised or self.returned
        return None if end is None or not self.left_by_exception else end.raised_in

    @property
    def event_type(self) -> EventType | str:
        """`EventType.CALL`."""
        return self.call.event_type

    @property
    def function_name(self) -> str:
        """The function's ``__name__``."""
        return self.call.function_name

    @property
    def filename(self) -> str:
        """The source file as the code object names it."""
        return self.call.filename

    @property
    def line_number(self) -> int:
        """The function's first line."""
        return self.call.line_number

    @property
    def depth(self) -> int:
        """How many recorded calls enclose it in its thread or task."""
        return self.call.depth

    @property
    def timestamp(self) -> float:
        """When it began, in seconds of a monotonic clock."""
        return self.call.timestamp

    @property
    def thread_id(self) -> str:
        """The thread that made it."""
        return self.call.thread_id

    @property
    def memory_usage(self) -> int:
        """Bytes used by the process when it began, as last read."""
        return self.call.memory_usage

    @property
    def module(self) -> str:
        """The ``__name__`` of the function's module."""
        return self.call.module

    @property
    def qualname(self) -> str:
        """The function's ``__qualname__``."""
        return self.call.qualname

    @property
    def call_id(self) -> int:
        """Its number, unique in its trace."""
        return self.call.call_id

    @property
    def parent_id(self) -> int | None:
        """The number of the enclosing recorded call."""
        return self.call.parent_id

    @property
    def task(self) -> str | None:
        """The name of its asyncio task."""
        return self.call.task

    @property
    def backend(self) -> str:
        """What saw it: ``proxy``, ``settrace`` or ``monitoring``."""
        return self.call.backend

    @property
    def defaulted(self) -> tuple[str, ...]:
        """Names of parameters whose value is their default."""
        return self.call.defaulted

    @property
    def spawn_id(self) -> int | None:
        """The place of its start among its parent's children, where it begins a thread or task."""
        return self.call.spawn_id

    @property
    def detached(self) -> bool:
        """Whether it is a root call of a thread that no recorded call started."""
        return self.call.detached

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

    def __repr__(self) -> str:
        return f"<CallNode {self.name}>"

    def items(self) -> list[CallNode | CallEvent]:
        """Return children and inner events together, in order."""
        placed: list[tuple[tuple[int, int], CallNode | CallEvent]] = [(c.order, c) for c in self.children]
        placed.extend(self.inner)
        return [item for _, item in sorted(placed, key=itemgetter(0))]


class CallTree:
    """All calls of a recording, as a trace has them.

    Attributes:
        roots: Calls without a recorded caller, in order.
        detached: Root calls of threads that no recorded call started; their order depends on the schedule.
        markers: Marker events that are in no call.
        by_id: The calls that have an identifier, by `CallEvent.call_id`.
        index: The same calls by number.
        nodes: All calls, by number.
    """

    __slots__ = ("by_id", "detached", "index", "markers", "nodes", "roots")

    def __init__(self, index: CallIndex) -> None:
        self.index = index
        self.nodes: list[CallNode] = []
        self.roots: list[CallNode] = []
        self.detached: list[CallNode] = []
        self.markers: list[CallEvent] = []
        self.by_id: dict[int, CallNode] = {}

    def __repr__(self) -> str:
        return f"<CallTree: {count(sum(1 for _ in self.walk()), 'call')}>"

    def visit(self, detached: Sequence[CallNode] | None = None) -> Iterator[tuple[CallNode, int, bool]]:
        """Yield each call twice, with its depth: when it begins (True) and, its children done, when it ends (False).

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
        """Yield each call once, before its children."""
        stack = [*reversed(self.detached), *reversed(self.roots)]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack.extend(reversed(node.children))

    def height(self) -> int:
        """Return the greatest number of calls open at once on one path; 0 without calls."""
        return max((depth + 1 for _, depth, begins in self.visit() if begins), default=0)
