"""A trace without calls is no snapshot, unless somebody says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapy_instrument import FunctionTracer, Trace, TracedSnapshot, TraceError
from snapy_instrument.testing.empty_traces import EmptyTraces
from tests.testing.plugin_runs import Project

SHOP = "def pay(): return 1"
TESTS = """
import pytest
import shop

def test_typo(traced, trace_snapshot):
    with traced("shp.*") as trace:
        shop.pay()
    assert trace == trace_snapshot

def test_amber(traced, snapshot):
    from snapy_instrument import TracedSnapshotExtension
    with traced("shp.*") as trace:
        shop.pay()
    assert trace.execution == snapshot(extension_class=TracedSnapshotExtension)

def test_text(traced, trace_snapshot):
    with traced("shp.*") as trace:
        shop.pay()
    assert trace.format_trace() == trace_snapshot

def test_allowed(traced, trace_snapshot):
    with traced("shp.*", allow_empty=True) as trace:
        shop.pay()
    assert trace == trace_snapshot

@pytest.mark.snapy(allow_empty=True)
def test_mark(traced, trace_snapshot):
    with traced("shp.*") as trace:
        shop.pay()
    assert trace.trace == trace_snapshot

@pytest.mark.snapy(allow_empty=True)
def test_forbidden(traced, trace_snapshot):
    with traced("shp.*", allow_empty=False) as trace:
        shop.pay()
    assert trace == trace_snapshot
"""


def test_an_empty_snapshot_is_neither_written_nor_passed(tmp_path: Path) -> None:
    """The failure says why it is empty and what was meant; argument, mark and ini file allow it."""
    project = Project(tmp_path, shop=SHOP, test_shop=TESTS)
    refused = project.run("--snapshot-update")
    assert refused.counts["failed"] == 4
    refused.match("E *TraceError: the trace is empty: no module matched 'shp.[*]'; did you mean 'shop.[*]'[?] *")
    assert sorted(project.snapshots()) == ["test_shop/test_allowed.trace", "test_shop/test_mark.trace"]
    assert project.run("--snapshot-update", "--snapy-allow-empty").counts["failed"] == 1
    assert project.run().counts["failed"] == 4


def test_a_mark_of_a_wrong_type_fails_the_test(tmp_path: Path) -> None:
    """It is named."""
    tests = "import pytest\n\n@pytest.mark.snapy(allow_empty='yes')\ndef test_it(traced):\n    pass\n"
    Project(tmp_path, shop=SHOP, test_shop=tests).run().match("*allow_empty='yes' must be True or False")


def test_a_trace_with_calls_is_accepted() -> None:
    """Whatever it is made of."""
    EmptyTraces().check(None, "trace v1 standard\nshop.pay()")


def test_a_trace_without_its_tracer_is_refused_too() -> None:
    """Only the tracer knows why it is empty."""
    trace = Trace([])
    with pytest.raises(TraceError, match="compare the tracer itself to see why"):
        EmptyTraces().check(trace, trace.format())


def test_the_tracer_decides_before_the_test() -> None:
    """Both are allowed or refused."""
    empty = EmptyTraces()
    text = FunctionTracer().format_trace()
    empty.check(TracedSnapshot(allow_empty=True), text)
    empty.allowed = True
    empty.check(FunctionTracer(), text)
    with pytest.raises(TraceError):
        empty.check(TracedSnapshot(allow_empty=False), text)


def test_the_argument_is_a_bool() -> None:
    """Anything else is an error when the tracer is made."""
    with pytest.raises(TypeError, match="allow_empty='no' must be True or False"):
        TracedSnapshot(allow_empty="no")  # type: ignore[arg-type]
