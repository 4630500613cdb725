"""Ten changes in each of three real projects: the short summary of pytest names the cause."""

from __future__ import annotations

import shutil
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.testing.plugin_runs import Project
from tests.testing.real_changes import CHANGES, TESTS, Edit


def copy_of(package: str, folder: Path) -> Project:
    """A project that holds a copy of an installed package, and its test."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    project = Project(folder, f"snapy_trace = {package}.*", test_real=TESTS[package])
    shutil.copytree(Path(spec.origin).parent, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return project


@pytest.fixture(scope="module")
def projects() -> dict[str, Project]:
    """The projects whose snapshots were written; each is made when it is first needed."""
    return {}


@pytest.mark.parametrize("edit", CHANGES, ids=lambda edit: f"{edit.project}-{edit.cause.replace(' ', '-')}")
def test_the_short_summary_names_the_cause(
    edit: Edit, projects: dict[str, Project], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In default output, which is 80 columns wide."""
    if edit.project not in projects:
        projects[edit.project] = copy_of(edit.project, tmp_path_factory.mktemp(edit.project))
        projects[edit.project].run("--snapshot-update").passes()
    project = projects[edit.project]
    source = project.folder / edit.project / edit.path
    text = source.read_text(encoding="utf-8")
    assert edit.old in text, f"{edit.project} changed: find another edit in {edit.path}"
    source.write_text(text.replace(edit.old, edit.new, 1), encoding="utf-8")
    try:
        outcome = project.run()
    finally:
        source.write_text(text, encoding="utf-8")
    (line,) = (line for line in outcome.lines if line.startswith("FAILED"))
    assert len(line) <= 80
    assert edit.cause in line, outcome.text


def test_there_are_ten_changes_in_each_of_three_projects() -> None:
    """Thirty, all different."""
    assert Counter(edit.project for edit in CHANGES) == dict.fromkeys(TESTS, 10)
    assert len(set(CHANGES)) == 30
