"""What users can print shows no addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from snapy_instrument.trace.analysis.call_stack import CallStackManager
from snapy_instrument.trace.analysis.metrics import PerformanceMetrics, PerformanceTracker
from snapy_instrument.trace.analysis.processor import TraceProcessor
from snapy_instrument.trace.analysis.recursion import RecursiveTracker
from snapy_instrument.trace.analysis.validation import TraceValidator
from snapy_instrument.trace.diff.parse import parse_trace
from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.selection import Exclusion, Selection
from snapy_instrument.trace.trace import Trace
from snapy_instrument.trace.tree import Recording
from tests.trace.builders import call, events, thing

EVENTS = events(call("m.f", x=thing("P"))(call("m.g").returns(1)))


def public_values() -> Iterator[Any]:
    """One of each public class of the folder, and what its attributes give."""
    trace = Trace(EVENTS, scrub=["uuid"])
    diff = trace.diff(Trace(events(call("m.f", x=thing("P"))(call("m.h").returns(2)))))
    yield from (trace, diff, *diff.changes, *diff.consequences, TracedExecution(trace), trace.options, trace.path_roots)
    for change in diff.changes:
        yield from (change.place, change.place.old, change.place.new, change.values)
    yield from (trace.tree, *trace.tree.walk(), trace.calls, trace.calls("*"), *trace.events)
    yield from (trace.layout, trace.layout.lines, trace.layout.values, parse_trace(str(trace)), Recording(EVENTS))
    yield from (Selection("m.*"), Exclusion("m.*"), PerformanceMetrics(EVENTS), TraceProcessor(), CallStackManager())
    yield from (PerformanceTracker(), RecursiveTracker(), TraceValidator())


@pytest.mark.parametrize("value", list(public_values()), ids=lambda value: type(value).__name__)
def test_no_address_is_shown(value: Any) -> None:
    """Neither by repr nor by str."""
    assert not re.search(r"0x[0-9a-f]{6,}|object at", f"{value!r}{value}")
