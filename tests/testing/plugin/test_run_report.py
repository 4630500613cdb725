"""The end of a run: warnings become errors of the run where they must."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from snapy_instrument.errors import SnapyWarning
from snapy_instrument.testing.plugin.run_report import RunReport, warn_or_fail
from snapy_instrument.testing.plugin.settings import Settings
from tests.testing.plugin_runs import Project

WARNING = SnapyWarning("pattern-unmatched", "no module")


class Config:
    """A config that takes a warning, or makes it an error."""

    def __init__(self, *, error: bool = False) -> None:
        self.issued: list[Warning] = []
        self._error = error

    def issue_config_time_warning(self, warning: Warning, stacklevel: int) -> None:
        """Take ``warning``."""
        self.issued.append(warning)
        if self._error:
            raise warning


def test_a_warning_is_issued() -> None:
    """It is no error of the run."""
    config: Any = Config()
    assert warn_or_fail(config, Settings(), WARNING) == []
    assert config.issued == [WARNING]


def test_a_warning_is_an_error_of_a_strict_run() -> None:
    """It is returned and not issued."""
    config: Any = Config()
    assert warn_or_fail(config, Settings(strict=True), WARNING) == [str(WARNING)]
    assert config.issued == []


def test_a_warning_that_filters_make_an_error_names_the_filter_to_add() -> None:
    """The message has the slug, escaped for the filter."""
    config: Any = Config(error=True)
    (message,) = warn_or_fail(config, Settings(), WARNING)
    assert message.endswith(r"to allow it, add 'ignore:.*\[pattern-unmatched\]' to them")


def test_a_worker_that_crashed_has_no_part() -> None:
    """Its node has no output."""
    config: Any = Config()
    report = RunReport(config, Settings(), None)
    report.pytest_testnodedown(SimpleNamespace())
    assert report._unmatched == []


def test_a_run_that_changes_snapshots_lists_them(tmp_path: Path) -> None:
    """Below a heading of its own, at the end."""
    tests = "import shop\ndef test_pay(traced, trace_snapshot):\n    with traced() as trace:\n        shop.pay()\n"
    project = Project(tmp_path, shop="def pay(): return 1\n", test_shop=tests + "    assert trace == trace_snapshot\n")
    project.run("--snapshot-update").passes()
    project.edit("shop.py", "return 1", "return 2")
    project.run("--snapshot-update").match("*updated traces*", "*test_pay*")


def test_collecting_alone_reports_nothing(tmp_path: Path) -> None:
    """A pattern that matches no module is no news then."""
    project = Project(tmp_path, "snapy_trace = no_such_module", test_shop="def test_it(): pass")
    outcome = project.run("--collect-only", "-W", "error")
    outcome.no_match("*no_such_module*matches no module*")
    assert outcome.code == pytest.ExitCode.OK
