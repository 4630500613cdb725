"""Assertions about single calls of a trace, for tests that need no snapshot."""

from __future__ import annotations

__all__ = ["CallAssertions"]

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from snapy_instrument._words import whole_number
from snapy_instrument.trace.assertions.budgets import counted_overruns, measured_overruns
from snapy_instrument.trace.assertions.calls import Calls
from snapy_instrument.trace.assertions.expected_arguments import Expected
from snapy_instrument.trace.assertions.messages import (
    Asserted,
    each_counted,
    message,
    not_called,
    out_of_order,
    raised,
    refuse,
    with_arguments,
)
from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.selection import Patterns, Selection


class CallAssertions:
    """Assertions on the calls of a trace.

    A pattern is a full name, ``"shop.tax"``, with ``*`` for any text, ``"re:…"``, a compiled regex, or a list of
    these with ``"!…"`` for exceptions. An AssertionError says what was expected, what was found and which names are
    similar, and shows the text of the trace with the calls in question marked.
    """

    @abstractmethod
    def _asserted(self) -> Asserted:
        """Return the trace that is asserted on."""

    def _described(self, value: Any) -> Any:
        """Return ``value`` as it would have been captured, where that is known."""
        return value

    def assert_called(
        self,
        pattern: Patterns,
        arguments: Mapping[str, Any] | None = None,
        /,
        *,
        times: int | None = None,
        **named: Any,
    ) -> Calls:
        """Assert that a call was made with these arguments, and return the calls that were.

        Args:
            pattern: Which calls.
            arguments: Expected arguments by name, for names that are no Python identifiers; arguments that are not
                named may have any value. A string may be what the trace shows, ``"<Gateway#1>"``.
            times: The exact number of calls; by default at least one.
            named: More expected arguments.

        Raises:
            AssertionError: No such call was made, or another number of them.
            ValueError: ``times`` is no whole number of at least 0, or a pattern is malformed.
        """
        __tracebackhide__ = True
        if times is not None:
            whole_number("times", times)
        trace, selection = self._asserted(), Selection(pattern)
        expected = Expected({**(arguments or {}), **named}, trace.layout.values, self._described)
        by_name = trace.calls(pattern)
        found = Calls(filter(expected.holds, by_name.nodes), trace)
        if len(found) == times or (times is None and found):
            return found
        lines = not_called(trace, selection, expected, by_name.nodes, len(found), times)
        raise AssertionError(message(trace, lines, found.nodes or by_name.nodes))

    def assert_never(self, pattern: Patterns, arguments: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        """Assert that no such call was made; arguments as for `assert_called`.

        Raises:
            AssertionError: One was made.
            ValueError: A pattern is malformed.
        """
        __tracebackhide__ = True
        trace, selection = self._asserted(), Selection(pattern)
        expected = Expected({**(arguments or {}), **named}, trace.layout.values, self._described)
        found = [node for node in trace.calls(pattern).nodes if expected.holds(node)]
        if found:
            asked = f"asked: never {selection}{with_arguments(expected)}"
            raise AssertionError(message(trace, [f"{each_counted(found)}; {asked}"], found))

    def assert_order(self, *patterns: Patterns) -> None:
        """Assert that calls were made in this order, whatever was called before, between and after them.

        The order is the one of the text: a task or thread is inside the call that started it.

        Raises:
            AssertionError: A call was not made, or not after the one before.
            ValueError: There are fewer than two patterns, or one is malformed.
        """
        __tracebackhide__ = True
        if len(patterns) < 2:
            raise ValueError("assert_order takes at least two patterns: those of the calls, in the expected order")
        trace, selections = self._asserted(), list(map(Selection, patterns))
        found: list[CallNode] = []
        left = iter(trace.calls.nodes)
        for place, selection in enumerate(selections):
            node = next(filter(selection.has, left), None)
            if node is None:
                lines = out_of_order(trace, selections, place)
                marked = [*found, *filter(selection.has, trace.calls.nodes)]
                raise AssertionError(message(trace, lines, marked))
            found.append(node)

    def assert_no_exceptions(self, pattern: Patterns = "*", /) -> None:
        """Assert that no call was left by an exception, not even by one that a caller caught.

        Raises:
            AssertionError: One was; the message has the path to the first call that raised.
            ValueError: A pattern is malformed.
        """
        __tracebackhide__ = True
        trace, selection = self._asserted(), Selection(pattern)
        found = [node for node in trace.calls.nodes if node.left_by_exception and selection.has(node)]
        if found:
            raise AssertionError(message(trace, raised(trace, found), found))

    def assert_budget(
        self,
        pattern: Patterns | None = None,
        /,
        *,
        calls: int | None = None,
        depth: int | None = None,
        exceptions: int | None = None,
    ) -> None:
        """Assert that counts are within a budget; the same on every run and machine.

        Args:
            pattern: Which calls count; by default all.
            calls: The greatest number of calls.
            depth: The greatest number of calls open inside one another.
            exceptions: The greatest number of calls left by an exception.

        Raises:
            AssertionError: It was more.
            ValueError: No budget was given, one is no whole number of at least 0, or a pattern is malformed.
        """
        __tracebackhide__ = True
        trace, selection = self._asserted(), None if pattern is None else Selection(pattern)
        budgets = {"calls": calls, "depth": depth, "exceptions": exceptions}
        refuse(trace, selection, counted_overruns(trace.tree, selection, budgets))

    def assert_measured_budget(
        self, pattern: Patterns | None = None, /, *, seconds: float | None = None, memory: float | None = None
    ) -> None:
        """Assert that measured quantities are within a budget. Leave room: a busy machine is slow.

        Args:
            pattern: Which calls count; by default all.
            seconds: From the beginning to the end of calls, recording included.
            memory: Bytes used by the whole process, as last read when an event was recorded.

        Raises:
            AssertionError: It was more.
            ValueError: No budget was given, one is no number of at least 0, or a pattern is malformed.
        """
        __tracebackhide__ = True
        trace, selection = self._asserted(), None if pattern is None else Selection(pattern)
        refuse(trace, selection, measured_overruns(trace, selection, {"seconds": seconds, "memory": memory}))
