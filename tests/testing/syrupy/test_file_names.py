"""Names of the files of trace snapshots."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.testing.syrupy.extension import TraceFileExtension
from snapy_instrument.testing.syrupy.file_names import belongs, file_name
from tests.testing.plugin_runs import Outcome, Project

NAMES = st.text(min_size=1, max_size=300) | st.text("ab/\\.%:[]-é漢\x00\ud800", min_size=1, max_size=300)


@given(name=NAMES)
def test_any_name_is_one_of_a_file(name: str) -> None:
    """Every name gives one that file systems take, in the folder itself."""
    found = file_name(name)
    assert len(f"{found}.trace".encode()) <= 255
    assert not set(found) & set('\\/?*:|"<>\x00\n')
    assert Path("folder", f"{found}.trace").parent == Path("folder")


@given(names=st.lists(NAMES, min_size=2, max_size=6, unique=True))
def test_other_names_are_other_files(names: list[str]) -> None:
    """No two tests share a file."""
    assert len({file_name(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    "name", ["test_a", "TestA.test_b", "test_c[1-x y]", "test_d[a].1", "test_e[[x]..]", "shop.tax"]
)
def test_plain_names_stay(name: str) -> None:
    """What a file name can have is left as it is."""
    assert file_name(name) == name


def test_odd_names_can_be_read() -> None:
    """Odd characters are told by their codes; only a long name ends in digits."""
    assert file_name("test_a[x/y:100%]") == "test_a[x%2Fy%3A100%25]"
    cut = file_name("test_a[" + "x" * 500 + "]")
    assert cut.startswith("test_a[xxx")
    assert cut.rpartition("-")[2].isdecimal()


class Item:
    """A test, as far as its location is concerned."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodeid = f"tests/test_shop.py::{name}"
        self.path = Path("/project/tests/test_shop.py")
        self.obj = test_plain_names_stay


def location(name: str) -> Any:
    """Where the test ``name`` stands."""
    from syrupy.location import PyTestLocation

    return PyTestLocation(Item(name))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["test_a", "test_a[x]", "test_a[x/y]", f"test_a[{'x' * 300}]", "test_a[é%]"])
@pytest.mark.parametrize("index", [0, 3, "named", "na/med"])
def test_files_belong_to_their_tests(name: str, index: int | str) -> None:
    """Whatever the name of the test and of the snapshot."""
    file = TraceFileExtension.get_location(test_location=location(name), index=index)
    assert belongs(location(name), file)
    assert TraceFileExtension.matches_test_location(test_location=location(name), snapshot_location=file)


@pytest.mark.parametrize(
    ("one", "other"), list(itertools.permutations(["test_a[x/y]", "test_a[xy]", "test_a[x]", "test_b[x]"], 2))
)
def test_files_do_not_belong_to_others(one: str, other: str) -> None:
    """Nor to tests of another module."""
    file = TraceFileExtension.get_location(test_location=location(one), index=0)
    assert not belongs(location(other), file)
    assert not belongs(location(one), file.replace("test_shop", "test_till"))


# -- in pytest --------------------------------------------------------------------------------------------

APPLICATION = "def pay(cents): return cents"
TESTS = r"""
import os
import pytest
import shop

IDS = ["a/b", "ab", "a\\b", "../../up", "..", "a:b", "x" * 400, "x" * 401, "\x01", "[x]", "100%", "A.b", "漢" * 90]

@pytest.mark.parametrize("n", range(len(IDS)), ids=IDS)
def test_id(n, traced, trace_snapshot):
    with traced() as trace:
        shop.pay(n)
    assert trace == trace_snapshot
    assert trace == trace_snapshot(name="my/name")

@pytest.mark.parametrize("n", [1, 2], ids=["s/1", "s1"])
def test_skipped(n, traced, trace_snapshot):
    if "SKIP" in os.environ:
        pytest.skip("for a reason")
    with traced() as trace:
        shop.pay(n)
    assert trace == trace_snapshot

@pytest.mark.skipif("SKIP" in os.environ, reason="for another reason")
def test_marked(traced, trace_snapshot):
    with traced() as trace:
        shop.pay(3)
    assert trace == trace_snapshot
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with snapshots of tests with odd identifiers; warnings are errors."""
    lines = (
        # pytest-asyncio warns of its own settings.
        "snapy_trace = shop.*\nfilterwarnings = error\naddopts = -p no:asyncio\n"
        "disable_test_id_escaping_and_forfeit_all_rights_to_community_support = true"
    )
    project = Project(tmp_path_factory.mktemp("names"), lines, shop=APPLICATION, test_shop=TESTS)
    assert project.run("--snapshot-update").counts == {"passed": 16}
    return project


def test_each_test_has_its_files(project: Project) -> None:
    """All lie in the folder of the module, and only they are in the folder of snapshots."""
    files = list(project.snapshots())
    assert len(files) == 13 * 2 + 3
    assert all(name.startswith("test_shop/") and name.endswith(".trace") for name in files)


def unused(outcome: Outcome) -> tuple[int, list[str]]:
    """The exit code, and lines about unused snapshots."""
    return outcome.code, [line for line in outcome.lines if "unused" in line.lower()]


@pytest.mark.parametrize(
    ("options", "workers"),
    [
        ([], []),
        ([], ["-n", "2"]),
        (["-k", "ab"], []),
        (["-k", "not id"], []),
        (["-k", "marked"], ["-n", "2"]),
        (["test_shop.py::test_marked"], []),
    ],
)
def test_no_snapshot_of_theirs_is_unused(project: Project, options: list[str], workers: list[str]) -> None:
    """With all tests and with some of them, with workers: --snapshot-details lists none."""
    assert unused(project.run("--snapshot-details", *options, *workers)) == (0, [])


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_no_snapshot_of_a_skipped_test_is_unused(project: Project, workers: list[str]) -> None:
    """Whether it is skipped by a mark or while it runs."""
    assert unused(project.run("--snapshot-details", *workers, SKIP="1")) == (0, [])


def test_update_deletes_what_is_unused_only(project: Project) -> None:
    """Snapshots of skipped tests stay, those of tests that are gone do not."""
    before = project.snapshots()
    stray = project.folder / "__snapshots__" / "test_shop" / "test_gone.trace"
    stray.write_text("trace v1 standard\n", encoding="utf-8")
    assert project.run("--snapshot-update", SKIP="1").code == 0
    assert project.snapshots() == before
