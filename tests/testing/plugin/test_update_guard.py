"""Changed trace snapshots: reported at the end of a run, and refused if they are too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapy_instrument.testing.plugin.update_guard import UpdateGuard, change_line
from tests.testing.plugin_runs import Outcome, Project, section

APPLICATION = """
def audit(total):
    pass

def tax(amount):
    return amount * 2

def checkout(amount):
    return tax(amount)
"""
TESTS = """
import pytest
import shop

@pytest.mark.parametrize("amount", [1, 2, 3])
def test_checkout(amount, traced, trace_snapshot):
    with traced() as trace:
        shop.checkout(amount)
    assert trace == trace_snapshot

def test_tax(traced, trace_snapshot):
    with traced() as trace:
        shop.tax(1)
    assert trace == trace_snapshot
    assert trace == trace_snapshot(name="again")
"""
HEADER = "trace v1 standard\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with five trace snapshots; three are about to change."""
    project = Project(tmp_path, shop=APPLICATION, test_shop=TESTS)
    folder = tmp_path / "__snapshots__" / "test_shop"
    folder.mkdir(parents=True)
    for n in (1, 2, 3):
        text = f"{HEADER}shop.checkout(amount={n})\n  shop.tax(amount={n}) -> {2 * n}\n  -> {2 * n}\n"
        (folder / f"test_checkout[{n}].trace").write_text(text, encoding="utf-8")
    for name in ("test_tax", "test_tax[again]"):
        (folder / f"{name}.trace").write_text(f"{HEADER}shop.tax(amount=1) -> 2\n", encoding="utf-8")
    project.edit("shop.py", "    return tax(amount)", "    audit(amount)\n    return tax(amount + 1) - 2")
    return project


LINES = [f"test_checkout[{n}]: +1 call shop.audit, 1 argument" for n in (1, 2, 3)]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_summary(project: Project, workers: list[str]) -> None:
    """Each changed snapshot is written and has a line with what changed, counted; whatever process ran the test."""
    outcome = project.run("--snapshot-update", *workers)
    assert [line for line in section(outcome, "updated traces") if line.startswith("test_")] == LINES
    assert "shop.audit(total=2)" in project.snapshots()["test_shop/test_checkout[2].trace"]
    assert (outcome.code, project.run("--snapshot-details").counts) == (0, {"passed": 4})


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_guard(project: Project, workers: list[str]) -> None:
    """Too many changes fail the run, change nothing, and say how to go on; new snapshots are written."""
    before = project.snapshots()
    project.write("test_new.py", TESTS.partition("def test_tax")[0])
    outcome = project.run("--snapshot-update", "-o", "snapy_max_updates=2", *workers)
    assert (outcome.code, outcome.counts) == (1, {"passed": 7})
    lines = section(outcome, "updated traces")
    assert lines[0].startswith("refused: 3 trace snapshots would change, more than snapy_max_updates=2; none of them")
    assert lines[1:4] == LINES
    assert "--snapshot-update --snapy-max-updates=3, or update some at a time, by paths or -k" in lines[4]
    after = project.snapshots()
    assert {name: after[name] for name in before} == before
    assert [name for name in after if name not in before] == [f"test_new/test_checkout[{n}].trace" for n in (1, 2, 3)]


@pytest.mark.parametrize("limit", ["3", "-1"])
def test_allowed_by_the_command_line(project: Project, limit: str) -> None:
    """The command line wins over the ini file; -1 allows any number."""
    outcome = project.run("--snapshot-update", "-o", "snapy_max_updates=2", f"--snapy-max-updates={limit}")
    assert outcome.code == 0
    assert "shop.audit(total=2)" in project.snapshots()["test_shop/test_checkout[2].trace"]


def test_no_change_allowed(project: Project) -> None:
    """0 lets new snapshots be written and none be changed."""
    (project.folder / "__snapshots__/test_shop/test_tax.trace").unlink()
    assert project.run("--snapshot-update", "--snapy-max-updates=0", "-k", "tax").code == 0
    assert project.run("--snapshot-update", "--snapy-max-updates=0", "-k", "checkout").code == 1


def test_nothing_to_tell(project: Project) -> None:
    """A run that does not update, or changes nothing, has no summary."""
    assert section(project.run(), "updated traces") == []
    assert section(project.run("--snapshot-update", "-k", "tax"), "updated traces") == []


def test_interrupted_run(project: Project) -> None:
    """What was compared before a run is stopped is written."""
    project.write("test_stop.py", "def test_it():\n    raise KeyboardInterrupt")
    outcome: Outcome = project.run("--snapshot-update", "test_shop.py", "test_stop.py")
    assert outcome.code == pytest.ExitCode.INTERRUPTED
    assert "shop.audit(total=2)" in project.snapshots()["test_shop/test_checkout[2].trace"]


# -- without a run ----------------------------------------------------------------------------------------

OLD = HEADER + "m.f(x=1)\n  m.g(y=1) -> 1\n  m.h()\n  -> 3"


@pytest.mark.parametrize(
    ("new", "line"),
    [
        (OLD.replace("y=1", "y=2"), "1 argument"),
        (OLD.replace("  -> 3", "  -> 4"), "1 result"),
        (OLD.replace("m.h()", "m.h() raises ValueError('x')"), "1 exception"),
        (OLD.replace("  m.h()\n", ""), "-1 call m.h"),
        (OLD.replace("m.h()", "m.h() [x3]"), "+2 calls m.h"),
        (
            OLD.replace("  m.h()\n", "  m.h()\n  m.i()\n  m.j()\n  m.k()\n  m.l()\n"),
            "+4 calls m.i, m.j, m.k and 1 more",
        ),
        (OLD.replace("m.h()", "m.other()").replace("y=1", "y=2"), "-1 call m.h, +1 call m.other, 1 argument"),
        (OLD.replace("standard", "verbose"), "1 level"),
        ("trace v1 standard\nnothing like it (", "was not a trace"),
        (OLD, "only its text: no call changed"),
    ],
)
def test_counted_changes(new: str, line: str) -> None:
    """What the summary says of two texts."""
    parts = sorted(change_line(OLD, new).split(", "))
    assert parts == sorted(line.split(", "))


def test_same_names_in_two_modules(tmp_path: Path) -> None:
    """The module is named where the test alone could be another."""
    updates = UpdateGuard(10)
    places = [str(tmp_path / name) for name in ("test_a/test_x.trace", "test_b/test_x.trace", "test_b/test_y.trace")]
    for place in places:
        Path(place).parent.mkdir(exist_ok=True)
    updates.receive([(place, OLD.encode(), OLD.replace("y=1", "y=2").encode()) for place in places])
    assert updates.finish()
    assert updates.summary() == ["test_a/test_x: 1 argument", "test_b/test_x: 1 argument", "test_y: 1 argument"]
    assert Path(places[0]).read_text(encoding="utf-8") == OLD.replace("y=1", "y=2")


def test_many_changes(tmp_path: Path) -> None:
    """Fifty are listed."""
    updates = UpdateGuard(-1)
    updates.receive([(str(tmp_path / f"test_{n:02}.trace"), OLD.encode(), b"") for n in range(60)])
    assert updates.finish()
    assert (len(updates.summary()), updates.summary()[-1]) == (51, "and 10 more")
