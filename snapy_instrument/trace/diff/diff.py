"""Compares two traces: the causes first, what follows from them last."""

from __future__ import annotations

__all__ = ["TraceDiff", "diff_traces", "group_causes"]

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from snapy_instrument._gc_pause import uncollected
from snapy_instrument.trace.diff.causes.cause import Cause
from snapy_instrument.trace.diff.causes.flow import Flow, trace_flow
from snapy_instrument.trace.diff.causes.grouping import CauseGroup, group_flows
from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.compare import compare
from snapy_instrument.trace.diff.parse import TextTree, as_minimal, parse_trace, parse_traces
from snapy_instrument.trace.diff.report.hunks import hunk_lines
from snapy_instrument.trace.diff.report.phrases import headlines, overview, summary
from snapy_instrument.trace.diff.unpaired import as_changes
from snapy_instrument.trace.text.layout import Layout, lay_out
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.tree import Events


class TraceDiff:
    """The differences between two traces. It is true where there are any, and its text is a report.

    Attributes:
        changes: What changed by itself, in the order in which it happened.
        consequences: What follows from that: results of callers, values passed on, calls that depend on them.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._found = flow.changes()
        self.changes = tuple(change for change in self._found if not change.follows)
        self.consequences = tuple(change for change in self._found if change.follows)

    @cached_property
    def by_cause(self) -> dict[Cause, tuple[Change, ...]]:
        """The causes in the order in which they first occur, each with its occurrences and consequences.

        Each change belongs to one of them. Occurrences that differ in their values only are one cause.
        """
        return self._flow.by_cause()

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes in the order in which they first occur."""
        return tuple(self.by_cause)

    @cached_property
    def summary(self) -> str:
        """One line, such as ``2 changes: shop.tax returned 0.5, was 0.7; shop.audit added under shop.checkout``."""
        return summary(self.by_cause)

    def headlines(self) -> list[str]:
        """Return the summary, and ever shorter texts that name the first cause, for a line of limited width."""
        return list(headlines(self.by_cause))

    def overview(self) -> list[str]:
        """Return the summary and each cause as a changed line, at most seven lines."""
        return [self.summary, *overview(self.by_cause)]

    def lines(self) -> list[str]:
        """Return the report: the summary, then each change with the calls around it, ``-`` old and ``+`` new."""
        return [self.summary, *hunk_lines(self._found)]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return f"<TraceDiff: {self.summary}>"

    def __bool__(self) -> bool:
        return bool(self._found)


@uncollected()
def diff_traces(old: Events | str, new: Events | str) -> TraceDiff:
    """Return what ``new`` does that ``old`` did not, and the other way round.

    Args:
        old: What is expected: a `Trace`, events, or the text of a trace, such as a snapshot holds.
        new: What happened. Events alone are formatted with the options of a trace on the other side, or at the level
            of a text there; else at standard.

    Raises:
        TraceError: A text is no trace; the message names the line and the cause.
    """
    texts = _text_of(old), _text_of(new)
    options = _options(old, new, next((text for text in texts if text is not None), None))
    mine, yours = (
        _formatted(source, options) if text is None else text for text, source in zip(texts, (old, new), strict=True)
    )
    return TraceDiff(Flow([], frozenset())) if mine == yours else _diff(*parse_traces(mine, yours))


def group_causes(diffs: Iterable[TraceDiff]) -> tuple[CauseGroup, ...]:
    """Return the causes of many diffs, those of most diffs first; each change of each diff belongs to one of them.

    Causes that differ in their values only are one. With several diffs, a cause may turn out to be a consequence: it
    occurs only where another one occurs before it, and the function behaves as before in diffs without that one.
    """
    return group_flows([diff._flow for diff in diffs])


def _text_of(source: Events | str) -> str | None:
    if isinstance(source, str):
        return source
    layout = getattr(getattr(source, "trace", source), "layout", None)  # a tracer has a trace, which has a layout
    return layout.text if isinstance(layout, Layout) else None


def _options(old: Events | str, new: Events | str, known: str | None) -> TextOptions:
    """Return the options for events alone: those of a trace on the other side, or the level of a text there."""
    for source in (old, new):
        options = getattr(getattr(source, "trace", source), "options", None)
        if isinstance(options, TextOptions):
            return options
    if known is None:
        return TextOptions()
    level: Any = parse_trace(known.partition("\n")[0]).level  # checked by the options
    return TextOptions(detail=level)


def _formatted(source: Events | str, options: TextOptions) -> str:
    return source if isinstance(source, str) else lay_out(source, options).text


def _diff(old: TextTree, new: TextTree) -> TraceDiff:
    found: list[Change] = []
    if old.level != new.level:
        header = (f"trace v1 {old.level}", f"trace v1 {new.level}")
        found.append(Change("header", "", *header, place=Place("", None, None, None), old_line=1, new_line=1))
        old, new = as_minimal(old), as_minimal(new)
    found.extend(as_changes(compare(old, new)))
    return TraceDiff(trace_flow(found, old.walk(), new.walk()))
