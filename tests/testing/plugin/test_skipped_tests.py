"""Snapshots of tests that do not run are kept, and not reported as unused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.testing.plugin_runs import Project

APPLICATION = "def pay(): return 1\n"
BODY = (
    "(traced, trace_snapshot):\n    with traced() as trace:\n        shop.pay()\n    assert trace == trace_snapshot\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with the snapshots of two tests."""
    tests = f"import pytest\nimport shop\n\ndef test_one{BODY}\ndef test_two{BODY}"
    project = Project(tmp_path, shop=APPLICATION, test_shop=tests)
    project.run("--snapshot-update").passes()
    return project


@pytest.mark.parametrize(
    "change",
    [
        "@pytest.mark.skip\ndef test_two",
        "@pytest.mark.skipif(True, reason='it')\ndef test_two",
        "@pytest.mark.xfail(run=False)\ndef test_two",
    ],
)
def test_the_snapshot_of_a_test_that_does_not_run_stays(project: Project, change: str) -> None:
    """An update does not delete it, and a run does not call it unused."""
    before = project.snapshots()
    project.edit("test_shop.py", "def test_two", change)
    outcome = project.run().passes()
    outcome.no_match("*unused*")
    project.run("--snapshot-update").passes()
    assert project.snapshots() == before


def test_the_snapshot_of_a_test_that_is_gone_is_unused(project: Project) -> None:
    """An update deletes it, and leaves the other."""
    project.edit("test_shop.py", f"def test_two{BODY}", "")
    project.run("--snapshot-update")
    assert [name for name in project.snapshots() if "test_two" in name] == []
    assert [name for name in project.snapshots() if "test_one" in name] != []
