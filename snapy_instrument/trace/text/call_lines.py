"""The lines of one call at each level: the only place that decides which fields of an event are in a text.

A field is in the text only if it is stable, so whatever is not named here is out: times, memory, addresses,
identifiers of threads, line numbers, file names.
"""

from __future__ import annotations

__all__ = ["CallLines", "marker_line"]

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.text.levels import Level
from snapy_instrument.trace.text.numbering import reference
from snapy_instrument.trace.text.value_text import ValueText, clean
from snapy_instrument.values import Cut, Mark, Ref, Struct

_RECEIVERS = frozenset({"self", "cls", "mcs", "mcls", "metacls"})
_DEAD = (Struct, Ref, Mark, Cut)
_AUTOMATIC_TASK = re.compile(r"(Task-)(\d+)")
_UNKNOWN = ExceptionInfo("Exception", "")


class CallLines:
    """A formatter of single calls of one trace.

    Args:
        known: The identifiers of all calls, to find where an exception was first seen.
        level: What is shown.
        values: Formats the values.
        shown_in: Returns the identifier of the call that hides a call, for a visible one its own.

    Attributes:
        level, values: As given.
    """

    def __init__(
        self,
        known: Container[int | None],
        level: Level,
        values: ValueText,
        shown_in: Callable[[int], int] = lambda call_id: call_id,
    ) -> None:
        self._known = known
        self.level = level
        self.values = values
        self._shown_in = shown_in

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at level {self.level.name}>"

    @property
    def shows_values(self) -> bool:
        """Whether the level shows arguments and results."""
        return self.level.values

    def head(self, node: CallNode) -> str:
        """Return ``shop.total(items=[1, 2])``; at minimal the name alone."""
        name = clean(node.name)
        if not self.level.values:
            return name
        return f"{name}({self.values.arguments(self.arguments(node))})"

    def arguments(self, node: CallNode) -> list[tuple[str, Any]]:
        """Return names and captured values of the arguments that the level shows."""
        args, call = node.call.args, node.call
        return [(clean(name), args[name]) for name in self.shown(args, call.qualname, call.defaulted)] if args else []

    def shown(self, names: Iterable[str], qualname: str, defaulted: Sequence[str]) -> list[str]:
        """Return those names of a call's arguments, at least one, that the level shows."""
        if self.level.everything:
            return list(names)
        hidden, first = defaulted, next(iter(names))
        # A hand-made event without a qualified name may be a method.
        if first in _RECEIVERS and ("." in qualname or not qualname):
            hidden = (first, *hidden)
        return [name for name in names if name not in hidden] if hidden else list(names)

    def outcome(self, node: CallNode) -> str:
        """Return ``-> 3``, ``raises ValueError('x')`` or nothing."""
        if node.left_by_exception:
            return f"raises {self.exception(node)}"
        if not self.level.values:
            return ""
        if node.returned is None or not node.returned.finished:
            return "-> <unfinished>"
        result = node.returned.return_value
        if result is None and not self.level.everything:
            return ""
        return f"-> {self.values.fitted(result)}"

    def exception(self, node: CallNode) -> str:
        """Return ``ValueError('x')``, or ``^ValueError`` where it passes up unchanged from a recorded call.

        A verbose text shows the notes of a passing exception where calls added some.
        """
        event = node.raised or node.returned or node.call
        value, info = event.return_value, _info(node)
        raised_in = event.raised_in
        if raised_in in self._known and self._first_shown(raised_in, node) != node.call.call_id:
            return f"^{clean(info.type_name)}{self._new_notes(node, value)}"
        if not self.level.values:
            return clean(info.type_name)
        if isinstance(value, _DEAD):
            return self.values.fitted(value)
        return self.values.fitted(Struct(info.type_name, ((None, info.message),) if info.message else ()))

    def _new_notes(self, node: CallNode, value: Any) -> str:
        notes = _notes(value) if self.level.everything else None
        if notes is None or any(_notes(_outcome_value(inner)) == notes for inner in node.children):
            return ""
        return self.values.draft(Struct("", (("__notes__", notes),)))

    def _first_shown(self, raised_in: int | None, node: CallNode) -> int | None:
        """Return the call at which the text first shows the exception that left ``node``; the true one if hidden."""
        mine = node.call.call_id
        return raised_in if raised_in is None or self._shown_in(mine) != mine else self._shown_in(raised_in)

    def inner(self, event: CallEvent) -> str:
        """Return the line of an event inside a call, or nothing."""
        if event.event_type == EventType.MARKER:
            return marker_line(event, self.values)
        if not self.level.everything:
            return ""
        if event.event_type == EventType.LINE:
            return self._changes(event.args or {})
        if event.event_type == EventType.RESUME:
            return ""  # what was sent in is not seen
        return f"yields {self.values.fitted(event.return_value)}"

    def label(self, node: CallNode, parent: CallNode | None) -> str:
        """Return ``[task load-orders]`` or ``[thread 1]`` where the call begins one; for verbose texts."""
        call = node.call
        if call.task is not None:
            begins = parent is None or parent.call.task != call.task
            return f"[task {_task_name(call.task)}]" if begins else ""
        if call.spawn_id is None or parent is None or parent.call.thread_id == call.thread_id:
            return ""
        # The system reuses the identifiers of threads; where a thread was started is unique.
        return f"[thread {reference('', call.spawn_id, '')}]"

    def _changes(self, changes: Mapping[str, Any]) -> str:
        if not changes:
            return ""
        return "sets " + self.values.arguments([(clean(name), value) for name, value in changes.items()])


def marker_line(event: CallEvent, values: ValueText) -> str:
    """Return the line of a marker: ``[recording stopped: ...]``."""
    return f"[{values.draft(Mark(event.function_name))}]"


def _info(node: CallNode) -> ExceptionInfo:
    for event in (node.raised, node.returned):
        if event is not None and event.exception is not None:
            return event.exception
    value = node.raised.return_value if node.raised is not None else None
    return ExceptionInfo(value.type_name, "") if isinstance(value, Struct) else _UNKNOWN


def _outcome_value(node: CallNode) -> Any:
    event = node.raised or node.returned
    return None if event is None else event.return_value


def _notes(value: Any) -> Any:
    """Return the notes of a captured exception, None of one without."""
    return dict(value.fields).get("__notes__") if type(value) is Struct else None


def _task_name(name: str) -> str:
    # asyncio counts its automatic names for the whole process, not for one recording.
    automatic = _AUTOMATIC_TASK.fullmatch(name)
    return reference(automatic[1], automatic[2], "") if automatic else clean(name)
