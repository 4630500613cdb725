"""What a run did not trace: modules imported too early, and patterns that met none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from snapy_instrument.testing.plugin import installed_hook as hooked
from tests.testing.plugin_runs import Project

APPLICATION = "def pay(): pass"
TESTS = """
import shop

def test_pay(traced):
    with traced() as trace:
        shop.pay()
    assert trace.get_function_list() == ["shop.pay"]

def test_other():
    pass
"""
PLUGIN = "import shop, till"
PATTERNS = "snapy_trace = shop.* cart.* till"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a pattern that meets a module, one that meets none, and one that an early plugin meets."""
    return Project(tmp_path, PATTERNS, shop=APPLICATION, till=APPLICATION, early=PLUGIN, test_shop=TESTS)


def test_pattern_without_module(project: Project) -> None:
    """The end of a whole run warns of it, once; other patterns are not mentioned."""
    project.write("conftest.py", "import till")
    outcome = project.run()
    outcome.match("*SnapyWarning: the pattern 'cart.[*]' of snapy_trace matches no module*[[]pattern-unmatched]")
    assert (outcome.code, outcome.text.count("SnapyWarning:")) == (0, 1)


def test_pattern_without_module_in_workers(project: Project) -> None:
    """With xdist, whose workers import the application, the controller warns once of what no worker met."""
    project.write("conftest.py", "")
    project.edit("test_shop.py", "def test_other():\n    pass", "def test_other():\n    import till")
    project.write("cart.py", APPLICATION)
    outcome = project.run("-n", "2")
    outcome.match("*SnapyWarning: the pattern 'cart.[*]' of snapy_trace matches no module*")
    assert (outcome.code, outcome.text.count("SnapyWarning:")) == (0, 1)


def test_part_of_the_tests(project: Project) -> None:
    """A run of some tests does not import everything: only a module that does not exist is reported."""
    outcome = project.run("-k", "pay")
    outcome.no_match("*'till'*")
    outcome.match("*'cart.[*]'*")
    outcome = project.run("test_shop.py")
    outcome.no_match("*'till'*")
    outcome.match("*'cart.[*]'*")


def test_folders_that_hold_all_tests(project: Project) -> None:
    """Naming the folder of all tests on the command line is no choice among them."""
    project.run(".").match("*'till'*")
    (project.folder / "tests").mkdir()
    (project.folder / "test_shop.py").rename(project.folder / "tests" / "test_shop.py")
    project.run("tests").no_match("*'till'*")
    project.run("tests", "-o", "testpaths=tests").match("*'till'*")


def test_patterns_of_test_modules(tmp_path: Path) -> None:
    """A pattern that matches a test module is not reported, though the module is never wrapped."""
    project = Project(tmp_path, "snapy_trace = test_it", test_it="def test_it(): pass")
    project.run("-W", "error", "--snapy-strict").match("*1 passed*")


def test_early_import(project: Project) -> None:
    """What a plugin imported before the hook is named in a warning, and is traced nevertheless."""
    outcome = project.run("-p", "early", "--snapy-trace", "shop.*")
    outcome.match("*SnapyWarning: imported before the hook was installed: shop; what took*[[]imported-early]")
    assert outcome.counts["passed"] == 2


def test_early_import_in_workers(project: Project) -> None:
    """With xdist there is one warning, and a module that only workers imported too early is named as well."""
    project.write("early.py", "import os, shop\nif 'PYTEST_XDIST_WORKER' in os.environ: import till")
    outcome = project.run("-p", "early", "-n", "2", "--snapy-trace", "shop.*", "--snapy-trace", "till")
    outcome.match("*imported before the hook was installed: shop;*", "*imported before the hook was installed: till;*")
    assert (outcome.counts["passed"], outcome.text.count("SnapyWarning:")) == (2, 2)


def test_strict(project: Project) -> None:
    """A pattern that meets nothing fails a run whose tests pass, with the message."""
    outcome = project.run("--snapy-strict", "--snapy-trace", "cart.*", "--snapy-trace", "shop")
    outcome.match(
        "*snapy: not traced*", "the pattern 'cart.[*]' of snapy_trace matches no module*[[]pattern-unmatched]"
    )
    assert (outcome.code, outcome.counts) == (1, {"passed": 2})


def test_strict_early_import(project: Project) -> None:
    """pytest stops at once."""
    outcome = project.run("--snapy-strict", "-p", "early", "--snapy-trace", "shop")
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    pytest.LineMatcher(outcome.errors).fnmatch_lines(
        ["*imported before the hook was installed: shop;*[[]imported-early]"]
    )


def test_warnings_as_errors(project: Project) -> None:
    """Filters that make all warnings errors fail the run, and do not break it."""
    outcome = project.run("-W", "error", "--snapy-trace", "cart.*", "--snapy-trace", "shop")
    outcome.match("*the pattern 'cart.[*]' of snapy_trace matches no module*[[]pattern-unmatched]*")
    outcome.no_match("INTERNALERROR*")
    assert outcome.code == 1


def test_an_early_import_as_an_error(project: Project) -> None:
    """Where filters make the warning an error, the message names the filter that lets the run go on; it does."""
    arguments = ("-p", "early", "--snapy-trace", "shop.*")
    outcome = project.run("-W", "error", *arguments)
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    shown = re.search(r"filterwarnings make it an error; to allow it, add '(.*)' to them", "".join(outcome.errors))
    assert shown is not None
    project.run("-o", f"filterwarnings=error\n{shown[1]}", *arguments).match("*2 passed*")
    project.run("-W", "error", "-W", "ignore:imported before the hook", *arguments).match("*2 passed*")


def test_filtered_warnings(project: Project) -> None:
    """A filter by the slug hides the warning."""
    outcome = project.run("-o", r"filterwarnings=ignore:.*\[pattern-unmatched\]", "--snapy-trace", "cart.*")
    outcome.no_match("*cart*matches no module*")


# -- without a run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "known"),
    [
        ("json.*", True),
        ("json.decoder:JSON*", True),
        ("no_such_module_at_all", False),
        ("no_such_module_at_all.*", False),
        ("*.orders", True),
        ("my*", True),
        (r"re:^no_such_module", True),
    ],
)
def test_modules_that_can_be_found(pattern: str, known: bool) -> None:
    """Only a name that is spelt out can be known not to exist."""
    assert hooked.is_findable(pattern) is known


def test_many_early_modules() -> None:
    """The first five are named."""
    message = str(hooked.early_warning([f"m{number}" for number in range(9)]))
    assert message.startswith("imported before the hook was installed: m0, m1, m2, m3, m4 and 4 more;")
