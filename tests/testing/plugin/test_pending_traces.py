"""``--snapy-pending`` in real pytest runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapy_instrument.testing.pending import is_current, pending_files, read_pending, updated_contents

APPLICATION = """
def tax(amount):
    return amount * 2

def total(amount):
    return tax(amount) + 1
"""
TESTS = """
import pytest
import shop

@pytest.mark.parametrize("amount", range(4))
def test_total(traced, trace_snapshot, amount):
    with traced() as trace:
        shop.total(amount)
    assert trace == trace_snapshot

def test_dict(traced, snapshot):
    with traced() as trace:
        shop.total(7)
    assert {"trace": trace.format_trace(), "other": 1} == snapshot

def test_plain(snapshot):
    assert shop.total(7) == snapshot

def test_new(traced, trace_snapshot):
    if {new}:
        with traced() as trace:
            shop.total(1)
        assert trace == trace_snapshot
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project whose snapshots were written, and whose code changed since."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    pytester.makepyfile(shop=APPLICATION, test_shop=TESTS.replace("{new}", "False"))
    pytester.makeini("[pytest]\nsnapy_trace = shop\npythonpath = .\nsnapy_pending = true\n")
    run(pytester, "--snapshot-update").assert_outcomes(passed=7)
    pytester.makepyfile(shop=APPLICATION.replace("* 2", "* 3"), test_shop=TESTS.replace("{new}", "True"))
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run the project's tests in a process of their own."""
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly", *options)


def snapshots(root: Path) -> dict[str, bytes]:
    """The project's snapshots."""
    return {str(path): path.read_bytes() for path in sorted((root / "__snapshots__").rglob("*.*")) if path.is_file()}


@pytest.mark.parametrize("workers", [0, 3])
def test_accepting_writes_what_an_update_would(project: pytest.Pytester, workers: int) -> None:
    """Byte for byte, for trace files, amber files and missing snapshots, on one process or several."""
    result = run(project, f"-n{workers}", "--tb=no")
    result.assert_outcomes(failed=6, passed=1)  # amount 0 is the same, a plain snapshot is none of ours
    result.stdout.fnmatch_lines(["*5 pending traces in .snapy/pending"])
    found = [read_pending(path) for path in pending_files(project.path)]
    assert sorted(test.test for test in found) == [
        "test_shop.py::test_dict",
        "test_shop.py::test_new",
        *(f"test_shop.py::test_total[[]{n}]".replace("[[]", "[") for n in (1, 2, 3)),
    ]
    pending = [snapshot for test in found for snapshot in test.snapshots]
    assert all(is_current(project.path, snapshot) for snapshot in pending)
    assert {str(cause) for snapshot in pending for cause in snapshot.causes} == {
        f"shop.tax returned {n * 3}, was {n * 2}" for n in (1, 2, 3, 7)
    }
    contents = updated_contents(project.path, pending)
    run(project, "--snapshot-update", "-k", "not plain").assert_outcomes(passed=6)
    written = snapshots(project.path)
    assert {str(path): content for path, content in contents.items()} == {
        str(path): written[str(path)] for path in contents
    }


def test_a_test_that_passes_has_nothing_pending(project: pytest.Pytester) -> None:
    """Its file is removed; those of tests that did not run stay."""
    run(project, "--tb=no")
    run(project, "--snapshot-update", "-k", "test_new or test_dict")
    assert sorted(read_pending(path).test for path in pending_files(project.path)) == [
        f"test_shop.py::test_total[{n}]" for n in (1, 2, 3)
    ]


def test_nothing_of_it_is_a_snapshot(project: pytest.Pytester) -> None:
    """syrupy neither reports it as unused nor deletes it."""
    before = snapshots(project.path)
    run(project, "--tb=no")
    assert snapshots(project.path) == before
    files = pending_files(project.path)
    assert "unused" not in run(project, "--tb=no", "--snapshot-details").stdout.str()
    run(project, "--snapshot-update", "-k", "plain")
    assert pending_files(project.path) == files


def test_without_the_option_nothing_is_left(project: pytest.Pytester) -> None:
    """No file, no line."""
    result = run(project, "--tb=no", "-o", "snapy_pending=false")
    assert not (project.path / ".snapy").exists()
    result.stdout.no_fnmatch_line("*pending*")
