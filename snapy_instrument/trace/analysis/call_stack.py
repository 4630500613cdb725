"""Tracks the stack of open calls for code that consumes events one at a time."""

from __future__ import annotations

__all__ = ["CallStackManager"]

from collections import defaultdict

from snapy_instrument._words import count
from snapy_instrument.events import CallEvent


class CallStackManager:
    """Follows calls and returns of one thread.

    Attributes:
        stack: The call events that are open, outermost first.
        max_depth: The greatest number of calls that were open at once.
        call_counts: Number of calls entered, by function name.
    """

    def __init__(self) -> None:
        self.stack: list[CallEvent] = []
        self.max_depth = 0
        self.call_counts: defaultdict[str, int] = defaultdict(int)

    def __repr__(self) -> str:
        return f"<CallStackManager: {count(len(self.stack), 'open call')}>"

    def enter_call(self, call_event: CallEvent) -> None:
        """Add the event of a call that begins."""
        self.stack.append(call_event)
        self.max_depth = max(self.max_depth, len(self.stack))
        self.call_counts[call_event.function_name] += 1

    def exit_call(self, return_event: CallEvent) -> CallEvent | None:
        """Close the innermost call and return its event with the ``return_value`` set; None if no call is open."""
        if not self.stack:
            return None
        call_event = self.stack.pop()
        call_event.return_value = return_event.return_value
        return call_event
