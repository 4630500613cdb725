"""The example applications: unchanged they pass in each run, changed they fail with a line that names the change.

Run by ``pytest --applications tests/applications``: each change is a run of pytest of its own.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.applications.changes import CHANGES, Change
from tests.applications.runs import APPLICATIONS, copied, run_tests
from tests.documents.blocks import ROOT


@pytest.mark.parametrize("application", APPLICATIONS)
@pytest.mark.parametrize("seed", ["0", "1", "42", "4711", "random"])
def test_an_unchanged_application_passes(application: str, seed: str, tmp_path: Path) -> None:
    """With each hash seed, nothing differs."""
    outcome = run_tests(copied(application, tmp_path), seed=seed)
    assert (outcome.first_lines, outcome.code) == ({}, 0), outcome.text


@pytest.mark.parametrize("application", APPLICATIONS)
def test_an_unchanged_application_passes_in_four_workers(application: str, tmp_path: Path) -> None:
    """With pytest-xdist too."""
    outcome = run_tests(copied(application, tmp_path), "-n", "4")
    assert outcome.code == 0, outcome.text


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.application}: {change.what}")
def test_a_change_is_named(change: Change, tmp_path: Path) -> None:
    """Tests of results pass, a trace fails, and the first line of its failure names the change."""
    place = copied(change.application, tmp_path)
    source = place / change.path
    before = source.read_text(encoding="utf-8")
    assert before.count(change.old) == 1
    source.write_text(before.replace(change.old, change.new), encoding="utf-8")
    outcome = run_tests(place)
    assert "FAILED test_results.py" not in outcome.text, outcome.text
    assert outcome.first_lines, outcome.text
    assert change.names in next(iter(outcome.first_lines.values()))


def test_ten_changes_of_each() -> None:
    """And ten traces."""
    assert Counter(change.application for change in CHANGES) == dict.fromkeys(APPLICATIONS, 10)
    traces = Counter(path.parents[2].name for path in ROOT.glob("examples/*_*/__snapshots__/*/*.trace"))
    assert {name: traces[name] for name in APPLICATIONS} == dict.fromkeys(APPLICATIONS, 10)
