"""A test whose trace is about to be written into a snapshot runs again, and must give the same trace.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Verifier"]

import warnings
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from snapy_instrument.testing.pending_updates import desk

if TYPE_CHECKING:
    from snapy_instrument.trace.trace import Trace

_TITLE = "the trace is not stable, its snapshot is not written"
_HEADER = "trace v"
_UPDATING = ("update_snapshots", "update_new_snapshots_only")
"""Where syrupy keeps --snapshot-update and --snapshot-update-new-only."""


class _Run(NamedTuple):
    """One run of a test: its reports, what its snapshots were made of, the texts with traces that it is to write."""

    reports: list[pytest.TestReport]
    traces: list[tuple[str, Any]]
    written: list[str]

    @property
    def passed(self) -> bool:
        return all(report.passed for report in self.reports)


class _Held:
    """Stands in front of syrupy's session: holds what a test is to write until it is let go or dropped.

    Attributes:
        counting: Whether snapshots that are asked for count in syrupy's report.
    """

    def __init__(self, session: Any) -> None:
        self.counting = True
        self._register = session.register_request
        self._queue = session.queue_snapshot_write
        self._recall = session.recall_snapshot
        self._assertions: list[Any] = []
        self._writes: dict[Hashable, dict[str, Any]] = {}
        session.register_request = self.register
        session.queue_snapshot_write, session.recall_snapshot = self.queue, self.recall

    def register(self, assertion: Any) -> None:
        """A test asks for a snapshot."""
        if self.counting:
            self._assertions.append(assertion)
            self._register(assertion)

    def queue(self, extension: Any, test_location: Any, data: Any, index: Any) -> None:
        """Hold a write."""
        arguments = {"extension": extension, "test_location": test_location, "data": data, "index": index}
        self._writes[_key(extension, test_location, index)] = arguments

    def recall(self, extension: Any, test_location: Any, index: Any) -> Any:
        """What the snapshot will be if all is let go."""
        held = self._writes.get(_key(extension, test_location, index))
        return self._recall(extension, test_location, index) if held is None else held["data"]

    def texts(self) -> list[str]:
        """The texts held that have a trace in them."""
        texts = [_text(arguments["data"]) for arguments in self._writes.values()]
        return [text for text in texts if _HEADER in text]

    def end(self, *, write: bool) -> None:
        """Let all go, or drop all."""
        writes = list(self._writes.values()) if write else []
        assertions = [] if write else list(self._assertions)
        self._writes.clear()
        self._assertions.clear()
        for arguments in writes:
            self._queue(**arguments)
        for assertion in assertions:
            for number, result in assertion.executions.items():
                if result.created or result.updated:
                    assertion.executions[number] = replace(result, success=False, created=False, updated=False)


class Verifier:
    """A plugin that runs each test whose trace snapshot is written a second time.

    The second run has fresh fixtures, is not reported, and compares as a run without ``--snapshot-update`` does.
    """

    def __init__(self) -> None:
        self._held: _Held | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Stand in front of syrupy's session."""
        snapshots = getattr(session.config, "_syrupy", None)
        if snapshots is not None and _updating(session.config):
            self._held = _Held(snapshots)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run the test, run it again if it is to be verified, and report one run."""
        if self._held is None:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._verified(item, nextitem, self._held):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _verified(self, item: pytest.Item, nextitem: pytest.Item | None, held: _Held) -> list[pytest.TestReport]:
        message = None
        with _as_it_was(item):
            first = _run(item, nextitem, held)
        if first.written:
            with _as_it_was(item), _quiet(item.config, held):
                second = _run(item, nextitem, held)
            message = _message(first, second, item.path)
        held.end(write=message is None)
        if message is None:
            return first.reports
        return [_failed(item, report, message) if report.when == "call" else report for report in first.reports]


def _run(item: pytest.Item, nextitem: pytest.Item | None, held: _Held) -> _Run:
    desk.traces = []
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    return _Run(reports, desk.traces, held.texts())


def _key(extension: Any, test_location: Any, index: Any) -> Hashable:
    location = extension.get_location(test_location=test_location, index=index)
    return type(extension), location, test_location, index


def _updating(config: pytest.Config) -> bool:
    return any(getattr(config.option, name, False) for name in _UPDATING)


def _text(data: Any) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)


@contextmanager
def _as_it_was(item: pytest.Item) -> Iterator[None]:
    """After the block the item can be run once more."""
    properties = list(item.user_properties)
    doctest = getattr(item, "dtest", None)
    names = dict(doctest.globs) if doctest is not None else {}
    try:
        yield
    finally:
        item.user_properties[:] = properties
        if doctest is not None:
            doctest.globs.update(names)  # a doctest's run clears them


@contextmanager
def _quiet(config: pytest.Config, held: _Held) -> Iterator[None]:
    """The block updates no snapshot and counts none, and its warnings are those of the first run, told already."""
    before = {name: getattr(config.option, name, False) for name in _UPDATING}
    vars(config.option).update(dict.fromkeys(_UPDATING, False))
    held.counting = False
    try:
        with warnings.catch_warnings(record=True):
            yield
    finally:
        held.counting = True
        vars(config.option).update(before)


def _failed(item: pytest.Item, report: pytest.TestReport, message: str) -> pytest.TestReport:
    """The report as one of a failure; one of a failure as it is, and the message in a section."""
    if report.failed:
        report.sections.append(("snapy", message))
        return report
    call = pytest.CallInfo.from_call(lambda: pytest.fail(message, pytrace=False), "call")
    failed = pytest.TestReport.from_item_and_call(item, call)
    failed.sections, failed.duration = report.sections, report.duration
    return failed


def _message(first: _Run, second: _Run, test: Path) -> str | None:
    """Why what the first run is to write would not pass later; None where it would, or nobody can tell."""
    if first.passed and second.passed:
        return _tied(first, second, test)
    for old, new in _pairs(first, second):
        if cause := _explain(old, new, test):
            return f"{_TITLE}: {cause}"
    if not first.passed:
        return None  # it fails in any case
    report = next(report for report in second.reports if not report.passed)
    return (
        f"{_TITLE}: the test, run a second time to verify the snapshot, did not pass. The second run:\n"
        f"{report.longreprtext}"
    )


def _tied(first: _Run, second: _Run, test: Path) -> str | None:
    """Why a later run will not pass although the second one did: what is written holds today's date, say."""
    lines = {line.strip() for text in first.written for line in text.split("\n")}
    for old, new in _pairs(first, second):
        is_written = old == new and lines.issuperset(map(str.strip, str(old).split("\n")))
        if is_written and (cause := _explain(old, new, test)):
            return f"{_TITLE}: {cause}"
    return None


def _explain(old: Trace, new: Trace, test: Path) -> str | None:
    from snapy_instrument.testing.verify.environment_check import sources_of
    from snapy_instrument.testing.verify.instability import explain_instability

    return explain_instability(old, new, sources=partial(sources_of, old, test))


def _pairs(first: _Run, second: _Run) -> Iterator[tuple[Trace, Trace]]:
    """The traces of both runs: those that snapshots were made of, then those of all tracers."""
    from snapy_instrument.trace.trace import Trace

    for who in ("snapshot", "tracer"):
        found = ([trace for by, trace in run.traces if by == who] for run in (first, second))
        for old, new in zip(*found, strict=False):
            if isinstance(old, Trace) and isinstance(new, Trace):
                yield old, new
