"""The plugin in real pytest runs: hooks early, gives the fixtures, and its snapshots stay the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapy_instrument._twins import IMPLEMENTATION, PURE_BECAUSE

APPLICATION = """
import threading

RATES = {"book": 0.07}

def register(function):
    register.all.append(function)
    return function
register.all = []

@register
def tax(kind, amount):
    return RATES.get(kind, 0.19) * amount

class Order:
    def __init__(self, lines):
        self.lines = lines

    def total(self):
        return sum(amount + tax(kind, amount) for kind, amount in self.lines)

    def kinds(self):
        return {kind for kind, _ in self.lines}

def checkout(lines, token=None):
    order = Order(lines)
    order.kinds()
    return order.total()
"""
TESTS = """
import shop

def test_checkout(traced, trace_snapshot):
    with traced() as trace:
        shop.checkout([("book", 10.0), ("pen", 1.0)], token="tok_123456")
    assert trace == trace_snapshot

def test_plain_dict(traced, snapshot):
    with traced() as trace:
        result = shop.checkout([("book", 10.0)])
    assert {"result": result, "trace": trace.format_trace(), "metrics": trace.get_metrics()} == snapshot
"""
EXPECTED = """\
trace v1 standard
shop.checkout(lines=[('book', 10.0), ('pen', 1.0)], token=<redacted>)
  shop.Order.__init__(lines=[('book', 10.0), ('pen', 1.0)])
  shop.Order.kinds() -> {'book', 'pen'}
  shop.Order.total()
    shop.tax(kind='book', amount=10.0) -> 0.7
    shop.tax(kind='pen', amount=1.0) -> 0.19
    -> 11.89
  -> 11.89
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project whose conftest imports the application, hooked by one ini line."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    pytester.makepyfile(shop=APPLICATION, test_shop=TESTS)
    pytester.makeconftest("import shop")
    pytester.makeini("[pytest]\nsnapy_trace = shop.* !shop.vendor.*\npythonpath = .\n")
    return pytester


def trace_file(project: pytest.Pytester) -> Path:
    """Where the snapshot of test_checkout lies."""
    return project.path / "__snapshots__" / "test_shop" / "test_checkout.trace"


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run the project's tests in a process of their own."""
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly", *options)


def test_one_ini_line_traces_what_conftest_imports(project: pytest.Pytester) -> None:
    """The application imported by conftest is hooked, and the trace is the committed text."""
    run(project, "--snapshot-update").assert_outcomes(passed=2)
    assert trace_file(project).read_text(encoding="utf-8") == EXPECTED


def test_snapshots_pass_twice_in_a_row(project: pytest.Pytester) -> None:
    """A trace file and a trace with metrics inside a plain snapshot stay equal, and none is unused."""
    run(project, "--snapshot-update").assert_outcomes(passed=2)
    for _ in range(2):
        result = run(project)
        result.assert_outcomes(passed=2)
        result.stdout.fnmatch_lines(["2 snapshots passed."])


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_text_does_not_depend_on_the_hash_seed(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, seed: str
) -> None:
    """Every PYTHONHASHSEED gives the same file."""
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    run(project, "--snapshot-update").assert_outcomes(passed=2)
    assert trace_file(project).read_text(encoding="utf-8") == EXPECTED


def test_workers_of_xdist_trace_too(project: pytest.Pytester) -> None:
    """Under ``-n 2`` the workers hook the application and give the same text."""
    run(project, "-n", "2", "--snapshot-update").assert_outcomes(passed=2)
    assert trace_file(project).read_text(encoding="utf-8") == EXPECTED


@pytest.mark.parametrize("options", [["--import-mode=importlib"], ["-p", "no:assertion"], ["--assert=plain"]])
def test_other_ways_to_run_pytest(project: pytest.Pytester, options: list[str]) -> None:
    """Import mode and assertion rewriting make no difference."""
    run(project, "--snapshot-update", *options).assert_outcomes(passed=2)
    assert trace_file(project).read_text(encoding="utf-8") == EXPECTED


def test_a_changed_program_fails_with_a_readable_diff(project: pytest.Pytester) -> None:
    """The failure shows the line that changed."""
    run(project, "--snapshot-update")
    source = project.path / "shop.py"
    source.write_text(source.read_text(encoding="utf-8").replace("0.07", "0.05"), encoding="utf-8")
    result = run(project, "-vv")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*-*shop.tax(kind='book', amount=10.0) -> 0.7*", "*+*shop.tax(kind='book'*-> 0.5*"])


def test_the_command_line_takes_the_place_of_the_ini(project: pytest.Pytester) -> None:
    """--snapy-trace wins over snapy_trace, and the header says what is traced and by which implementation."""
    result = run(project, "--snapy-trace", "other.*")
    how = IMPLEMENTATION if PURE_BECAUSE is None else f"{IMPLEMENTATION}: {PURE_BECAUSE}"
    assert f"snapy: tracing other.* ({how})" in result.outlines


def test_the_header_tells_of_hooks_that_a_conftest_installed(project: pytest.Pytester) -> None:
    """A line for each hook, whoever installed it."""
    project.makeconftest("from snapy_instrument import install_hook; install_hook(['app.*', '!app.vendor'])")
    result = run(project)
    lines = [line.partition(" (")[0] for line in result.outlines if line.startswith("snapy: ")]
    assert lines == ["snapy: tracing shop.* !shop.vendor.*", "snapy: tracing app.* !app.vendor"]


def test_the_header_says_why_there_is_no_native_twin(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason stands behind the name of the implementation."""
    monkeypatch.setenv("SNAPY_PURE_PYTHON", "1")
    assert "snapy: tracing shop.* !shop.vendor.* (pure: SNAPY_PURE_PYTHON is set)" in run(project).outlines


def test_without_patterns_nothing_is_hooked(project: pytest.Pytester) -> None:
    """No ini line, no hook: the factory records what its own pattern names, by frames."""
    project.makeini("[pytest]\npythonpath = .\n")
    project.makepyfile(
        test_shop="""
        import shop, sys

        def test_plain(traced):
            assert type(shop.tax).__name__ == "function"
            with traced("shop") as trace:
                shop.tax("book", 1.0)
            assert [event.backend for event in trace.events] != ["proxy", "proxy"]
            assert trace.get_function_list() == ["shop.tax"]
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("snapy:*")


def test_a_malformed_pattern_is_a_usage_error(project: pytest.Pytester) -> None:
    """pytest stops before it collects and quotes the pattern."""
    result = run(project, "--snapy-trace", "my app/*")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*snapy_trace:*'my app/[*]'*"])


def test_without_syrupy_the_fixture_says_what_to_do(project: pytest.Pytester) -> None:
    """With -p no:syrupy the plugin loads, and trace_snapshot names the remedy."""
    result = run(project, "-p", "no:syrupy", "-k", "checkout")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*trace_snapshot needs syrupy's plugin: pip install*"])


def test_test_modules_are_never_wrapped(project: pytest.Pytester) -> None:
    """Even a pattern that matches everything leaves test modules and conftest files alone."""
    project.makepyfile(
        test_shop="""
        def helper():
            pass

        def test_plain():
            assert type(helper).__name__ == "function"
        """
    )
    run(project, "--snapy-trace", "*").assert_outcomes(passed=1)


def test_tracers_of_the_factory_are_cleaned_up(project: pytest.Pytester) -> None:
    """After the test a tracer of ``traced`` holds nothing and records no more, even one left open."""
    project.makepyfile(
        test_shop="""
        import sys
        import pytest
        from snapy_instrument import TraceError

        kept = []

        def test_open(traced):
            kept.append(traced("shop"))
            kept[0].__enter__()

        def test_closed():
            assert not kept[0].active
            with pytest.raises(TraceError, match="cleaned up"):
                kept[0].events
        """
    )
    run(project).assert_outcomes(passed=2)


def test_a_value_that_is_no_trace_is_refused(project: pytest.Pytester) -> None:
    """trace_snapshot says what it takes."""
    project.makepyfile(test_shop="def test_it(trace_snapshot):\n    assert 3 == trace_snapshot\n")
    result = run(project, "-vv")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*a trace snapshot holds a trace, a tracer or its text, not int*"])
