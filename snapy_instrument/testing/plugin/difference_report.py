"""The report of a test whose trace changed: the headline in the short summary, the whole difference as a section.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["DifferenceReport"]

import shutil
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

import pytest

from snapy_instrument.testing.differences import Difference, differences

TITLE = "snapy: changes of the trace"
_HEADLINES = "snapy_headlines"
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m"}
_PLAIN = "\x1b[0m"


class DifferenceReport:
    """A plugin that adds to the report of a failed comparison what pytest cuts from its assertion.

    The headline becomes the message of the failure, which the short test summary shows. The attribute that workers of
    xdist send holds shorter ones, for terminals that are not wide enough.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Forget the differences of the test before."""
        differences.begin_test()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add headline and section to the report of a failed comparison."""
        report = yield
        found = differences.latest
        if report.failed and call.excinfo is not None and found is not None and _is_about(call.excinfo.value, found):
            _add(report, found)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None]:
        """Before the failures are shown, fit the headlines to the terminal and colour the sections.

        Not earlier: other reports, such as those for JUnit, have neither width nor colours.
        """
        for report in [each for reports in terminalreporter.stats.values() for each in reports]:
            headlines = getattr(report, _HEADLINES, None)
            if headlines:
                _fit(report, headlines)
                if terminalreporter.hasmarkup:
                    report.longrepr.sections = list(_coloured(report.longrepr.sections))
        return (yield)


def _is_about(error: BaseException, found: Difference) -> bool:
    """Return whether the failed assertion is that comparison: a test may have compared, and gone on."""
    return isinstance(error, AssertionError) and found.headlines[0] in str(error)


def _add(report: pytest.TestReport, found: Difference) -> None:
    longrepr: Any = report.longrepr
    if getattr(longrepr, "reprcrash", None) is None or not hasattr(longrepr, "addsection"):
        return
    # A worker of xdist sends the text, which half of a surrogate pair would break.
    headlines, lines = ([_sendable(line) for line in lines] for lines in found)
    longrepr.reprcrash.message = f"{headlines[0]}\n{longrepr.reprcrash.message}"
    longrepr.addsection(TITLE, "\n".join(lines), "-")
    setattr(report, _HEADLINES, headlines)


def _sendable(line: str) -> str:
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def _fit(report: Any, headlines: Sequence[str]) -> None:
    room = shutil.get_terminal_size().columns - len(f"FAILED {report.nodeid} - ")
    fitting = next((line for line in headlines if len(line) <= room), headlines[-1])
    report.longrepr.reprcrash.message = fitting


def _coloured(sections: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for name, content, separator in sections:
        lines = [_colour(line) for line in content.split("\n")] if name == TITLE else [content]
        yield name, "\n".join(lines), separator


def _colour(line: str) -> str:
    colour = _COLOURS.get(line[:1])
    return f"{colour}{line}{_PLAIN}" if colour else line
