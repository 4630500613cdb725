"""Snapshots of skipped tests, which versions 5 and 6 of syrupy report as unused.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Skipped"]

from collections.abc import Generator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest


class Skipped:
    """A plugin that reports the trace snapshots of skipped tests to syrupy as compared."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the snapshots of a test that is skipped, or fails as expected."""
        report = yield
        session = getattr(item.config, "_syrupy", None)
        if report.skipped and session is not None and isinstance(item, pytest.Function):
            _keep(item, session)
        return report


def _keep(item: pytest.Item, session: Any) -> None:
    from syrupy.assertion import AssertionResult, SnapshotAssertion
    from syrupy.extensions.base import AbstractSyrupyExtension

    from snapy_instrument.testing.syrupy.extension import TraceFileExtension
    from snapy_instrument.testing.syrupy.file_names import TraceLocation, belongs

    if hasattr(AbstractSyrupyExtension, "matches_test_location"):
        return  # version 7 asks the extension
    location = TraceLocation(item)
    folder = Path(TraceFileExtension.dirname(test_location=location))
    files = [path for path in folder.glob(f"*.{TraceFileExtension.file_extension}") if belongs(location, str(path))]
    if not files:
        return
    assertion = SnapshotAssertion(
        session=session, extension_class=TraceFileExtension, test_location=location, update_snapshots=False
    )
    for number, path in enumerate(sorted(files)):
        known = {"snapshot_location": str(path), "snapshot_name": path.stem, "success": True, "test_location": location}
        # Not compared, so neither made nor changed; the names of the fields differ by version.
        nothing: dict[str, Any] = {field.name: None for field in fields(AssertionResult)}
        names = nothing.keys()
        assertion.executions[number] = AssertionResult(
            **{**nothing, "created": False, "updated": False, **{k: v for k, v in known.items() if k in names}}
        )
