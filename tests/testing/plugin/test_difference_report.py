"""The report of a test whose trace changed, in real pytest runs."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

APPLICATION = """
def tax(amount, country="DE"):
    return round(amount * (0.2 if country == "FR" else 0.19), 3)

def audit(total, items):
    pass

def ship(total, express=False):
    return 5 if express else 3

def total(prices, country):
    net = sum(prices)
    result = net + tax(net, country)
    audit(result, prices)
    return result + ship(result)
"""
TESTS = """
import pytest
import shop

def test_total(traced, trace_snapshot):
    with traced() as trace:
        shop.total([1.5, 7.0], "FR")
    assert trace == trace_snapshot

def test_goes_on(traced):
    with traced() as trace:
        shop.ship(1)
    with pytest.raises(AssertionError):
        assert trace.format_trace() == "trace v1 standard\\nshop.ship(total=2)"
    assert not trace.trace.calls
"""
EDITS = [
    ("tax(net, country)", "tax(net)", "shop.tax called with country: 'FR' removed"),
    ("    audit(result, prices)", "    pass", "shop.audit removed under shop.total"),
    ("ship(result)", "ship(result, True)", "shop.ship called with express: True added (and 1 more inside)"),
]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a snapshot."""
    for name in ("CI", "BUILD_NUMBER", "PYTEST_XDIST_WORKER", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(shop=APPLICATION, test_shop=TESTS)
    pytester.makeini("[pytest]\nsnapy_trace = shop\npythonpath = .\n")
    run(pytester, "--snapshot-update", "-k", "total").assert_outcomes(passed=1)
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run the project's tests in a process of their own."""
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly", *options)


def edit(project: pytest.Pytester, number: int = len(EDITS)) -> None:
    """Make the first edits in the application."""
    source = project.path / "shop.py"
    text = source.read_text(encoding="utf-8")
    for old, new, _ in EDITS[:number]:
        text = text.replace(old, new)
    source.write_text(text, encoding="utf-8")


def explanation(result: pytest.RunResult) -> list[str]:
    """The lines of the failed assertion, the assertion itself first."""
    lines = [line.removeprefix("E").strip() for line in result.outlines if line.startswith("E  ")]
    return lines[next(place for place, line in enumerate(lines) if "assert [" in line) :]


def test_three_changes_fit_into_eight_lines(project: pytest.Pytester) -> None:
    """The headline, the line of each change, and what follows."""
    edit(project)
    lines = explanation(run(project, "-k", "total"))
    assert len(lines) <= 8
    assert lines[1] == f"3 changes: {'; '.join(text for _, _, text in EDITS)}"
    assert lines[2:5] == [
        "shop.total > shop.tax(amount=8.5, [-country='FR'-]) -> [-1.7-]{+1.615+} (line 3)",
        "shop.total > [-shop.audit(total=10.2, items=[1.5, 7.0])-] (old line 4)",
        "shop.total > shop.ship(total=[-10.2-]{+10.115+}, {+express=True+}) -> [-3-]{+5+} (line 5 -> 4)",
    ]


@pytest.mark.parametrize("workers", [0, 2])
def test_the_short_summary_has_the_headline(project: pytest.Pytester, workers: int) -> None:
    """As much of it as fits, whether workers of xdist ran the test or not."""
    edit(project, 1)
    (line,) = (line for line in run(project, f"-n{workers}", "-k", "total").outlines if line.startswith("FAILED"))
    assert line == "FAILED test_shop.py::test_total - tax called with country: 'FR' removed"


def test_a_wide_terminal_has_the_whole_headline(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins with the number of changes."""
    monkeypatch.setenv("COLUMNS", "140")
    edit(project, 1)
    result = run(project, "-k", "total")
    result.stdout.fnmatch_lines(["FAILED *::test_total - 1 change: shop.tax called with country: 'FR' removed"])


def test_each_change_is_reported_once(project: pytest.Pytester) -> None:
    """In words by the headline, as a line by the assertion, and with its callers by the section."""
    edit(project, 2)
    lines = run(project, "-k", "total").outlines
    section = lines.index("------------------------- snapy: changes of the trace --------------------------")
    assert sum("shop.audit(" in line and line.startswith("E ") for line in lines) == 1
    assert sum(line.startswith("-   shop.audit(") for line in lines[section:]) == 1


def test_colours_are_for_terminals(project: pytest.Pytester) -> None:
    """Old lines are red, new ones green; the report for JUnit has none."""
    edit(project, 1)
    coloured = run(project, "-k", "total", "--color=yes", "--junitxml=junit.xml").outlines
    assert "\x1b[31m-   shop.tax(amount=8.5, country='FR') -> 1.7\x1b[0m" in coloured
    assert "\x1b[32m+   shop.tax(amount=8.5) -> 1.615\x1b[0m" in coloured
    text = (project.path / "junit.xml").read_text(encoding="utf-8")
    assert "+   shop.tax(amount=8.5) -&gt; 1.615" in text
    assert "x1B[3" not in text
    failure = ElementTree.fromstring(text).find(".//failure")
    assert failure is not None
    assert failure.get("message", "").startswith("1 change: shop.tax called with country: 'FR' removed")
    plain = run(project, "-k", "total", "--color=no").outlines
    assert not any("\x1b" in line for line in plain)


def test_a_comparison_that_did_not_fail_the_test_is_no_headline(project: pytest.Pytester) -> None:
    """The test went on, and failed later."""
    result = run(project, "-k", "goes_on")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*changes of the trace*")
    assert not any("1 change" in line for line in result.outlines if line.startswith("FAILED"))


@pytest.mark.parametrize("style", ["short", "line", "native", "no"])
def test_every_style_of_traceback_has_the_headline(project: pytest.Pytester, style: str) -> None:
    """In the short summary."""
    edit(project, 1)
    result = run(project, "-k", "total", f"--tb={style}")
    assert any(re.match(r"FAILED .* called with country: 'FR' removed", line) for line in result.outlines)
