"""A recording as plain values for snapshots and scripts; all of them are the same on every run."""

from __future__ import annotations

__all__ = ["TracedExecution", "execution_flow", "format_events", "function_list"]

from collections.abc import Iterator
from typing import Any

from snapy_instrument.trace.analysis.call_graph import build_call_graph
from snapy_instrument.trace.analysis.metrics import summary
from snapy_instrument.trace.text.call_lines import CallLines
from snapy_instrument.trace.text.folding import DEEPEST_INDENT
from snapy_instrument.trace.text.layout import Layout
from snapy_instrument.trace.text.value_text import clean
from snapy_instrument.trace.trace import Trace
from snapy_instrument.trace.tree import CallNode, Events


class TracedExecution:
    """A recording as its calls, call graph and performance summary. Its repr is the text of its trace.

    Args:
        source: A `Trace` or events.
    """

    def __init__(self, source: Events) -> None:
        self.trace = _trace_of(source)

    @property
    def calls(self) -> list[CallNode]:
        """The calls in the order of the text, each with its events and the calls inside it."""
        return [node for node, _, begins in _visit(self.trace) if begins]

    def function_calls(self) -> list[dict[str, Any]]:
        """Return each call as a plain dict, in the order of the text.

        ``function`` is the full name; ``args`` what the text shows (at minimal nothing); then ``returned``, or
        ``raised`` (a text), or ``unfinished``: True. Values are equal copies where they are plain and stable, else
        their text; floats have 12 significant digits.
        """
        layout = self.trace.layout
        return [_call_record(node, layout) for node in self.calls]

    def build_call_graph(self) -> dict[str, dict[str, int]]:
        """Return, for each function, the functions it called and how often, all sorted by name."""
        return build_call_graph(self.trace.tree)

    def get_performance_summary(self) -> dict[str, Any]:
        """Return counts, and measured quantities that a snapshot shows as ``<volatile>``."""
        return summary(self.trace)

    def __repr__(self) -> str:
        return repr(self.trace)

    def __eq__(self, other: object) -> bool:
        return self.trace == other.trace if isinstance(other, TracedExecution) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


def execution_flow(source: Events) -> list[dict[str, Any]]:
    """Return a dict with ``event``, ``function`` and ``depth`` for each begin and end of a call, in order.

    ``event`` is "call", "return" or "exception", which replaces the return; an unfinished call has
    no end. ``function`` is the full name, ``depth`` counts the recorded callers.
    """
    flow = []
    for node, depth, begins in _visit(_trace_of(source)):
        kind = "call" if begins else "exception" if node.left_by_exception else "return"
        if begins or node.finished:
            flow.append({"event": kind, "function": clean(node.name), "depth": depth})
    return flow


def function_list(source: Events) -> list[str]:
    """Return the full names of the functions called, each once, in the order of their first calls in the tree."""
    return list(dict.fromkeys(clean(node.name) for node, _, begins in _visit(_trace_of(source)) if begins))


def format_events(source: Events) -> str:
    """Return one line for each begin and end of a call, indented by depth; an empty text without calls.

    call shop.pay(amount=3)
      call shop.charge(cents=300)
      exception shop.charge ValueError('declined')
    exception shop.pay ^ValueError
    """
    trace = _trace_of(source)
    layout = trace.layout
    drafts = [
        "  " * min(depth, DEEPEST_INDENT) + _event_line(node, begins, layout.lines)
        for node, depth, begins in _visit(trace)
    ]
    return layout.values.finish("\n".join(drafts))


def _trace_of(source: Events) -> Trace:
    return source if isinstance(source, Trace) else Trace(source)


def _visit(trace: Trace) -> Iterator[tuple[CallNode, int, bool]]:
    # Other threads are recorded in the order of the schedule; the text has sorted them.
    return trace.tree.visit([trace.tree.nodes[number] for number in trace.layout.detached])


def _event_line(node: CallNode, begins: bool, lines: CallLines) -> str:
    if begins:
        return f"call {lines.head(node)}"
    name = clean(node.name)
    if node.left_by_exception:
        return f"exception {name} {lines.exception(node)}"
    return f"return {name} {lines.outcome(node)}".rstrip()


def _call_record(node: CallNode, layout: Layout) -> dict[str, Any]:
    values, lines = layout.values, layout.lines
    record: dict[str, Any] = {"function": clean(node.name), "args": {}}
    if lines.shows_values:
        record["args"] = {name: values.plain(value) for name, value in lines.arguments(node)}
    if node.left_by_exception:
        record["raised"] = layout.exception(node)
    elif node.returned is None or not node.returned.finished:
        record["unfinished"] = True
    elif lines.shows_values:
        record["returned"] = values.plain(node.returned.return_value)
    return record
