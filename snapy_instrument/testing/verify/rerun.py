"""Runs a test again whose trace is about to become a snapshot; both runs must give the same trace.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Verifier"]

import warnings
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from snapy_instrument.testing.pending_updates import pending
from snapy_instrument.testing.verify.other_environment import other_time_zone, wait_for_next_second

if TYPE_CHECKING:
    from snapy_instrument.trace.trace import Trace

_TITLE = "the trace is not stable, its snapshot is not written"
_HEADER = "trace v"
_UPDATING = ("update_snapshots", "update_new_snapshots_only")
"""Where syrupy keeps --snapshot-update and --snapshot-update-new-only."""


class _Run(NamedTuple):
    """One run of a test: its reports, its traces, and the texts with traces that it would write."""

    reports: list[pytest.TestReport]
    traces: list[tuple[str, Any]]
    written: list[str]

    @property
    def passed(self) -> bool:
        return all(report.passed for report in self.reports)


class _HeldWrites:
    """Takes the place of three methods of syrupy's session, and holds what a test writes until its second run is done.

    Attributes:
        counting: Whether requested snapshots count in syrupy's report: those of a second run do not.
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
        """Register a snapshot that a test requests."""
        if self.counting:
            self._assertions.append(assertion)
            self._register(assertion)

    def queue(self, extension: Any, test_location: Any, data: Any, index: Any) -> None:
        """Hold a write."""
        arguments = {"extension": extension, "test_location": test_location, "data": data, "index": index}
        self._writes[_key(extension, test_location, index)] = arguments

    def recall(self, extension: Any, test_location: Any, index: Any) -> Any:
        """Return what the snapshot will be if all held writes are made."""
        held = self._writes.get(_key(extension, test_location, index))
        return self._recall(extension, test_location, index) if held is None else held["data"]

    def texts(self) -> list[str]:
        """Return the held texts that contain a trace."""
        texts = [_text(arguments["data"]) for arguments in self._writes.values()]
        return [text for text in texts if _HEADER in text]

    def end(self, *, write: bool) -> None:
        """Make all held writes, or drop them."""
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

    The second run has fresh fixtures and another time zone, is not reported, and compares as a run without
    ``--snapshot-update`` does. It is in the same process; the next run of pytest has another process and hash seed.
    """

    def __init__(self) -> None:
        self._held: _HeldWrites | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Take the place of methods of syrupy's session."""
        snapshots = getattr(session.config, "_syrupy", None)
        if snapshots is not None and _updating(session.config):
            self._held = _HeldWrites(snapshots)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run the test, run it again if it writes a trace snapshot, and report one run."""
        if self._held is None:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._verified(item, nextitem, self._held):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _verified(self, item: pytest.Item, nextitem: pytest.Item | None, held: _HeldWrites) -> list[pytest.TestReport]:
        message = None
        with _restored(item):
            first = _run(item, nextitem, held)
        if first.written:
            wait_for_next_second(first.written)
            with _restored(item), _unreported(item.config, held), other_time_zone():
                second = _run(item, nextitem, held)
            message = _message(first, second)
        held.end(write=message is None)
        if message is None:
            return first.reports
        return [_failed(item, report, message) if report.when == "call" else report for report in first.reports]


def _run(item: pytest.Item, nextitem: pytest.Item | None, held: _HeldWrites) -> _Run:
    pending.traces = []
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    return _Run(reports, pending.traces, held.texts())


def _key(extension: Any, test_location: Any, index: Any) -> Hashable:
    location = extension.get_location(test_location=test_location, index=index)
    return type(extension), location, test_location, index


def _updating(config: pytest.Config) -> bool:
    return any(getattr(config.option, name, False) for name in _UPDATING)


def _text(data: Any) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)


@contextmanager
def _restored(item: pytest.Item) -> Iterator[None]:
    """Restore after the block what a run changes in the item, so that it can run once more."""
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
def _unreported(config: pytest.Config, held: _HeldWrites) -> Iterator[None]:
    """Update and count no snapshot in the block, and drop its warnings: the first run has reported them."""
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
    """Return the report as one of a failure; a test that failed anyway gets the message in a section."""
    if report.failed:
        report.sections.append(("snapy", message))
        return report
    call = pytest.CallInfo.from_call(lambda: pytest.fail(message, pytrace=False), "call")
    failed = pytest.TestReport.from_item_and_call(item, call)
    failed.sections, failed.duration = report.sections, report.duration
    return failed


def _message(first: _Run, second: _Run) -> str | None:
    """Return why the snapshot is refused; None if it is not, or if the test fails in any case and nothing differs."""
    if first.passed and second.passed:
        return None
    for old, new in _pairs(first, second):
        if cause := _explain(old, new):
            return f"{_TITLE}: {cause}"
    if not first.passed:
        return None
    report = next(report for report in second.reports if not report.passed)
    return (
        f"{_TITLE}: the test, run a second time to verify the snapshot, did not pass. The second run:\n"
        f"{report.longreprtext}"
    )


def _explain(old: Trace, new: Trace) -> str | None:
    from snapy_instrument.testing.verify.instability import explain_instability

    return explain_instability(old, new)


def _pairs(first: _Run, second: _Run) -> Iterator[tuple[Trace, Trace]]:
    """Yield the traces of both runs: those of snapshots first, then those of all tracers."""
    from snapy_instrument.trace.trace import Trace

    for source in ("snapshot", "tracer"):
        found = ([trace for origin, trace in run.traces if origin == source] for run in (first, second))
        for old, new in zip(*found, strict=False):
            if isinstance(old, Trace) and isinstance(new, Trace):
                yield old, new
