"""``--snapy-pending``: leaves what each failed test received in place of its trace snapshots.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["PendingTraces"]

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument._words import count
from snapy_instrument.testing.differences import differences

_COUNT = "snapy_pending"


class PendingTraces:
    """A plugin that writes one file for each test with pending traces, and removes it when the test passes.

    Args:
        root: The root of the run.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Write the pending traces of a failed test, forget those of one that passed."""
        report = yield
        if report.failed and differences.snapshots:
            setattr(report, _COUNT, self._write(item))
        elif report.when == "call" and not report.failed:
            from snapy_instrument.testing.pending import discard_pending

            discard_pending(self._root, item.nodeid)
        return report

    def _write(self, item: pytest.Item) -> int:
        """Write the pending traces, and return how many there are."""
        from snapy_instrument.testing.pending import PendingTest, write_pending

        found = {}
        for result in differences.snapshots:
            snapshot = _pending_snapshot(self._root, result)
            if snapshot is not None:
                found[snapshot.path, snapshot.name] = snapshot
        if found:
            write_pending(self._root, PendingTest(item.nodeid, tuple(found.values())))
        return len(found)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Name the folder, and what to do next."""
        from snapy_instrument.testing.pending import FOLDER

        reports = [each for reports in terminalreporter.stats.values() for each in reports]
        total = sum(getattr(report, _COUNT, 0) for report in reports)
        if total:
            terminalreporter.section("pending traces", sep="-")
            terminalreporter.line(f"{count(total, 'pending trace')} in {FOLDER.as_posix()}")


def _pending_snapshot(root: Path, result: Any) -> Any:
    """Return a failed result of syrupy as a pending snapshot; None where it holds no trace."""
    from snapy_instrument.testing.explain import explain, has_trace, trace_causes
    from snapy_instrument.testing.pending import PendingSnapshot, digest_of

    received, expected = _text(result.asserted_data), _text(result.recalled_data)
    if received is None or not (has_trace(received) or (expected is not None and has_trace(expected))):
        return None
    explanation = None if expected is None else explain(expected, received)
    return PendingSnapshot(
        path=_relative(root, Path(result.snapshot_location)),
        name=result.snapshot_name,
        received=received,
        expected=expected,
        digest=None if expected is None else digest_of(expected),
        headline="no snapshot yet" if explanation is None else explanation.headlines[0],
        causes=() if expected is None else tuple(trace_causes(expected, received)),
    )


def _text(data: Any) -> str | None:
    return bytes(data).decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data


def _relative(root: Path, path: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
