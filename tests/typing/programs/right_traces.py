"""Correct code of a user: traces, differences, analysis."""

from __future__ import annotations

from typing import Any, assert_type

from snapy_instrument import (
    CallAssertions,
    CallEvent,
    CallNode,
    CallStackManager,
    CallTree,
    Cause,
    CauseGroup,
    Change,
    ExceptionInfo,
    HasEvents,
    PathRoots,
    PerformanceTracker,
    Place,
    RecursionPattern,
    RecursiveTracker,
    Revision,
    Scrubber,
    TextOptions,
    TextOptionsDict,
    Trace,
    TracedExecution,
    TraceDiff,
    TraceValidator,
    ValueChange,
    VolatileList,
    diff_traces,
    group_causes,
)


def amounts(*, prop: object, path: object) -> bool:
    """Filter as syrupy's `props` does."""
    return prop == "amount"


def parts(source: HasEvents) -> None:
    """Read the parts of a trace."""
    trace = Trace(source, detail="verbose", max_depth=3)
    assert_type(trace.replace(float_digits=3, scrub="uuid"), Trace)
    assert_type(trace.events, tuple[CallEvent, ...])
    assert_type(trace.tree, CallTree)
    assert_type(trace.roots, list[CallNode])
    assert_type(trace.path_roots, PathRoots)
    assert_type(trace.options, TextOptions)
    assert_type(trace.options.scrub, tuple[Scrubber, ...])
    assert_type(trace.events[0].exception, ExceptionInfo | None)
    assert_type(Trace.load("trace.snapy").format("minimal"), str)
    asserted: CallAssertions = trace
    asserted.assert_never("shop.*")
    trace.format_revised(exclude=amounts)
    Revision(include=amounts)
    loose: TextOptionsDict = {"detail": "minimal", "scrub": "uuid"}
    Trace([], **loose)


def differences(old: Trace, new: Trace) -> None:
    """Compare two traces."""
    found = diff_traces(old, new)
    assert_type(found, TraceDiff)
    assert_type(old.diff(new), TraceDiff)
    for change in found.changes:
        assert_type(change, Change)
        assert_type(change.place, Place)
        assert_type(change.values, tuple[ValueChange, ...])
    assert_type(found.causes, tuple[Cause, ...])
    assert_type(found.by_cause, dict[Cause, tuple[Change, ...]])
    for group in group_causes([found]):
        assert_type(group, CauseGroup)
        assert_type(group.cause, Cause)
        assert_type(group.diffs, tuple[int, ...])
    print(found if found else "no difference")


def analysis(trace: Trace) -> None:
    """Measure and validate."""
    assert_type(PerformanceTracker().collect_metrics(trace), dict[str, Any])
    assert_type(RecursiveTracker().analyze(trace), list[RecursionPattern])
    TraceValidator().validate_call_balance(list(trace.events))
    stack = CallStackManager()
    for event in trace.events:
        stack.enter_call(event)
    execution = TracedExecution(trace)
    assert_type(execution.build_call_graph(), dict[str, dict[str, int]])
    numbers: VolatileList[int] = VolatileList([1, 2])
    print(numbers)
