"""The runner distinguishes changed, flaky and failed runs, here on a suite of three tests made for it."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from tests.transparency import environment
from tests.transparency import suite as suite_module
from tests.transparency.environment import Environment, SetupFailed
from tests.transparency.outcomes import changed, number_of_tests, read_outcomes, read_warnings
from tests.transparency.recipes import Recipe, load_recipes
from tests.transparency.runner import Workshop, compare
from tests.transparency.suite import Run, run_suite
from tests.transparency.table import HEADER, markdown, row

JUNIT = """<testsuites><testsuite>
<testcase classname="t" name="good"/>
<testcase classname="t" name="at 10:11:12.13"/>
<testcase classname="t" name="bad"><failure/></testcase>
<testcase classname="t" name="not"><skipped/></testcase>
<testcase classname="t" name="no"><error/></testcase>
</testsuite></testsuites>"""


def _run(*passed: str, failed: tuple[str, ...] = (), problem: str = "", given: tuple[str, ...] = ()) -> Run:
    outcomes = read_warnings(given)
    outcomes.update([*((name, "passed") for name in passed), *((name, "failed") for name in failed)])
    return Run(outcomes, 1.0, problem, 7, 3, {})


def test_outcomes_of_a_junit_file(tmp_path: Path) -> None:
    """Each kind of outcome is read; a time of the day is no part of a test's name."""
    report = tmp_path / "report.xml"
    report.write_text(JUNIT, encoding="utf-8")
    assert dict(read_outcomes(report)) == {
        ("t::good", "passed"): 1,
        ("t::at <time>", "passed"): 1,
        ("t::bad", "failed"): 1,
        ("t::not", "skipped"): 1,
        ("t::no", "error"): 1,
    }


def test_a_missing_junit_file_has_no_outcomes(tmp_path: Path) -> None:
    """A suite that crashed left no file, and no test counts as run."""
    assert number_of_tests(read_outcomes(tmp_path / "none.xml")) == 0


def test_a_warning_counts_once_and_is_no_test() -> None:
    """The same warning given often is one, whatever the addresses in it."""
    given = read_warnings(["t: W at a.py:1: <C at 0x7f0011223344>", "t: W at a.py:1: <C at 0x7f0011225566>"])
    assert len(given) == 1
    assert number_of_tests(given) == 0


def test_a_warning_that_names_its_process_is_the_same_in_another() -> None:
    """The number of the process is no part of the warning."""
    assert read_warnings(["t: W: This process (pid=10)"]) == read_warnings(["t: W: This process (pid=2011)"])


def test_changes_are_reported_with_both_outcomes() -> None:
    """A failure, a test that did not run and a new warning each have a line."""
    plain, hooked = _run("a", "b", "c"), _run("a", failed=("b",), given=("w",))
    assert [str(each) for each in changed(plain.outcomes, hooked.outcomes)] == [
        "b: passed -> failed",
        "c: passed -> not run",
        "warning: w: not given -> given",
    ]


def test_equal_runs_need_no_third() -> None:
    """Where nothing differs the suite is not run again."""
    result = compare(_run("a"), _run("a"), lambda: pytest.fail("asked for a third run"))
    assert result.good
    assert (result.tests, result.calls, result.wrapped) == (1, 7, 3)


def test_what_differs_without_us_is_flaky() -> None:
    """A test that two plain runs disagree on is reported as flaky, the other one as changed."""
    plain, hooked, again = _run("a", "b"), _run(failed=("a", "b")), _run("b", failed=("a",))
    result = compare(plain, hooked, lambda: again)
    assert [each.name for each in result.flaky] == ["a"]
    assert [each.name for each in result.changed] == ["b"]


def test_what_the_recipe_explains_is_kept_apart() -> None:
    """A failure with a known reason is no change, is reported with its reason, and needs no third run."""
    plain, hooked = _run("a", "b"), _run("a", failed=("b",))
    result = compare(plain, hooked, lambda: pytest.fail("asked for a third run"), {"b": "it measures time"})
    assert result.good
    assert [str(each) for each in result.known] == ["b: passed -> failed (it measures time)"]
    assert row(result).splitlines()[1:] == ["  known: b: passed -> failed (it measures time)"]
    assert markdown([result]).splitlines()[-1] == "* `b: passed -> failed (it measures time)`"


def test_a_known_test_that_does_not_run_is_a_change() -> None:
    """The reason is one for a failure, not for a test that is lost."""
    result = compare(_run("a", "b"), _run("a"), lambda: _run("a", "b"), {"b": "it measures time"})
    assert [each.name for each in result.changed] == ["b"]


def test_a_crash_is_a_change() -> None:
    """A hooked run that did not end is reported in one line, with the number of tests it did not reach."""
    result = compare(_run("a", "b", "c"), _run("a", problem="pytest ended with -11"), lambda: _run("a", "b", "c"))
    assert [str(each) for each in result.changed] == ["the run: complete -> pytest ended with -11, 2 tests not run"]


def test_nothing_recorded_is_not_good() -> None:
    """A run in which no call was recorded proves nothing."""
    assert not compare(_run("a"), replace(_run("a"), calls=0), lambda: _run("a")).good


def test_each_line_of_the_table_has_all_columns() -> None:
    """The Markdown table has a row for each result and names what changed."""
    result = replace(compare(_run("a"), _run(failed=("a",)), lambda: _run("a")), package="shop", backend="proxy")
    lines = markdown([result]).splitlines()
    assert {line.count("|") for line in lines if line.startswith("|")} == {len(HEADER.split()) + 1}
    assert lines[-1] == "* `a: passed -> failed`"
    assert row(result).splitlines()[1:] == ["  a: passed -> failed"]


def test_pip_without_network_is_recognised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message says whether the network failed or pip had a second reason."""
    tries = {"Max retries exceeded with url": "the network", "No matching distribution found": "no fault of the"}
    for words, expected in tries.items():
        command = [sys.executable, "-c", f"raise SystemExit({words!r})"]
        monkeypatch.setattr(Environment, "_make", lambda self, command=command: environment._check(command))
        with pytest.raises(SetupFailed, match=expected):
            Environment(Recipe("shop", "1", ("shop",), ("tests",)), tmp_path, sys.executable).prepare(build=True)


def test_no_build_names_the_missing_environment(tmp_path: Path) -> None:
    """Without permission to build, a missing environment is an error that says what to do."""
    with pytest.raises(SetupFailed, match=r"shop-1-python3.*without --no-build"):
        Environment(Recipe("shop", "1", ("shop",), ("tests",)), tmp_path, "/bin/python3").prepare(build=False)


def test_the_project_is_installed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A second preparation runs pip no more; one after a change of what the project is built from does."""
    installed: list[tuple[str, ...]] = []
    monkeypatch.setattr(Environment, "_pip", lambda self, *arguments: installed.append(arguments))
    monkeypatch.setattr(Environment, "_make", lambda self: self.place.mkdir())
    place = Environment(Recipe("shop", "1", ("shop",), ("tests",)), tmp_path, sys.executable)
    place.prepare(build=True)
    place.prepare(build=True)
    assert len(installed) == 1
    (place.place / "project").write_text("older", encoding="utf-8")
    place.prepare(build=True)
    assert len(installed) == 2


def test_every_recipe_pins_a_version_and_names_modules_and_tests() -> None:
    """The facts of all recipes are complete."""
    assert all(each.version and each.modules and each.tests for each in load_recipes().values())


@pytest.fixture
def shop(tmp_path: Path) -> Environment:
    """An environment whose interpreter is this one, with a package of one function and three tests of it."""
    place = Environment(Recipe("shop", "1", ("shop",), ("test_shop.py",)), tmp_path, sys.executable)
    place.tests.mkdir(parents=True)
    place.python.parent.mkdir(parents=True)
    place.python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    place.python.chmod(0o755)
    (place.place / "ready").touch()
    (place.tests / "shop.py").write_text("def price(n):\n    return n * 2\n", encoding="utf-8")
    tests = """
        import sys, time, warnings, shop
        def test_price():
            assert shop.price(2) == 4
        def test_type():
            assert type(shop.price).__name__ == "function"
        def test_warning():
            warnings.warn("a proxy" if "snapy_instrument.backends.proxy.proxy" in sys.modules else "none")
        """
    (place.tests / "test_shop.py").write_text(textwrap.dedent(tests), encoding="utf-8")
    return place


def test_a_whole_examination(shop: Environment) -> None:
    """A test for the exact type of a function, and a warning that shows us, are changed, the rest is not."""
    workshop = Workshop(shop.place.parent, sys.executable, build=False)
    (result,) = workshop.examine(shop.recipe, ["proxy"])
    assert (result.tests, result.wrapped, result.calls, result.flaky) == (3, 1, 1, ())
    assert [str(each)[:30] for each in result.changed] == [
        "test_shop::test_type: passed -",
        "warning: test_shop.py::test_wa",
        "warning: test_shop.py::test_wa",
    ]


def test_a_function_that_the_recipe_excludes_has_no_proxy(shop: Environment) -> None:
    """Its exact type is asked for, and nothing changes; a frame backend records its calls."""
    tests = "import shop\ndef test_type(): assert type(shop.price).__name__ == 'function' and shop.price(2) == 4\n"
    (shop.tests / "test_shop.py").write_text(tests, encoding="utf-8")
    recipe = replace(shop.recipe, exclude=("shop:price",))
    (result,) = Workshop(shop.place.parent, sys.executable, build=False).examine(recipe, ["auto"])
    assert (result.good, result.wrapped, result.calls) == (True, 0, 1)


@pytest.mark.parametrize("broken", ["import nothing_of_the_kind", "def test_price(): assert 0", ""])
def test_a_suite_that_does_not_run_without_us_is_an_error(shop: Environment, broken: str) -> None:
    """A plain run that collects nothing, or passes hardly anything, is an error that names its log."""
    (shop.tests / "test_shop.py").write_text(broken, encoding="utf-8")
    workshop = Workshop(shop.place.parent, sys.executable, build=False)
    with pytest.raises(SetupFailed, match=r"without us 0 of \d tests pass, .*plain\.log"):
        list(workshop.examine(shop.recipe, ["proxy"]))


def test_a_package_that_pytest_has_imported_is_examined(shop: Environment) -> None:
    """Our warning of it ends no suite whose filters make warnings errors."""
    (shop.tests / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\naddopts = -p early\n", encoding="utf-8")
    (shop.tests / "early.py").write_text("import shop\n", encoding="utf-8")
    (shop.tests / "test_shop.py").write_text(
        "import shop\ndef test_price(): assert shop.price(2) == 4\n", encoding="utf-8"
    )
    (result,) = Workshop(shop.place.parent, sys.executable, build=False).examine(shop.recipe, ["proxy"])
    assert result.good


def test_a_suite_that_does_not_end_is_ended() -> None:
    """After the limit the suite and the processes it started are killed: nobody holds its output any more."""
    child = [sys.executable, "-c", "import signal; signal.pause()"]
    suite = [sys.executable, "-c", f"import subprocess; subprocess.run({child!r})"]
    reading, writing = os.pipe()
    problem = suite_module._outcome(suite, Path(), dict(os.environ), writing, 2.0)
    os.close(writing)
    with os.fdopen(reading, "rb") as output:
        output.read()  # comes back when the last who holds the other end is gone, whatever was printed
    assert problem == "not done after 2 s"


def test_the_plugin_leaves_notes(shop: Environment) -> None:
    """The plugin reports the calls, the functions and the warnings of a run."""
    run_suite(shop, "hooked", "proxy", 60.0)
    notes = json.loads((shop.place / "hooked.json").read_text(encoding="utf-8"))
    assert notes["calls"] == 1
    assert notes["wrapped"] == 1
    assert notes["warnings"]
