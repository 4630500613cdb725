"""Names of the files of trace snapshots."""

from __future__ import annotations

import itertools
import os
import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.testing.syrupy import file_names
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


def on_windows(file: str) -> str:
    """What Windows makes of the name of a file: devices, one case, nothing at the end that it drops."""
    return (
        "a device" if re.match(r"(con|prn|aux|nul|com\d|lpt\d) *(\.|$)", file, re.I) else file.casefold().rstrip(". ")
    )


TROUBLE = st.text("aAbB. [ß]", min_size=1, max_size=8) | st.sampled_from(
    ["con", "CON", "nul.a", "COM1 ", "lpt9", "aux[x]", "%43ON", "com10"]
)


@given(names=st.lists(NAMES | TROUBLE, min_size=2, max_size=6, unique=True))
def test_different_names_are_different_files(names: list[str]) -> None:
    """No two tests share a file, on Windows neither."""
    folded = [name.casefold() for name in names]
    files = [file_name(name, escape_capitals=folded.count(name.casefold()) > 1) for name in names]
    assert len({on_windows(file) for file in files} - {"a device"}) == len(names)
    assert len({on_windows(f"{file}.trace") for file in files}) == len(names)


@given(names=st.lists(NAMES | TROUBLE, min_size=2, max_size=6, unique=True))
def test_names_of_snapshots_of_one_test(names: list[str]) -> None:
    """A test may give its snapshots names that differ only by case; asked again, each has the same file."""
    here = location("test_a")
    files = [TraceFileExtension.get_location(test_location=here, index=name) for name in names]
    assert len({file.casefold() for file in files}) == len(names)
    assert [TraceFileExtension.get_location(test_location=here, index=name) for name in names] == files
    assert all(belongs(here, file) for file in files)


@pytest.mark.parametrize(
    ("name", "file"),
    [("con", "%63on"), ("NUL.x", "%4EUL.x"), ("com1 ", "%63om1%20"), ("test.", "test%2E"), ("console", "console")],
)
def test_names_that_windows_does_not_take(name: str, file: str) -> None:
    """Devices, dots and spaces at the end are escaped; what only begins like one is not."""
    assert file_name(name) == file


@pytest.mark.parametrize(
    "name", ["test_a", "TestA.test_b", "test_c[1-x y]", "test_d[a].1", "test_e[[x]..]", "shop.tax"]
)
def test_plain_names_stay(name: str) -> None:
    """What a file name can have is left as it is."""
    assert file_name(name) == name


def test_odd_names_can_be_read() -> None:
    """Odd characters become their codes; only a long name ends in digits."""
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
        self.stash = pytest.Stash()

    def listchain(self) -> list[Item]:
        """Itself: it has no class."""
        return [self]


def location(name: str) -> Any:
    """The place of the test ``name``."""
    from syrupy.location import PyTestLocation

    return PyTestLocation(Item(name))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["test_a", "test_a[x]", "test_a[x/y]", f"test_a[{'x' * 300}]", "test_a[é%]", "con", "test.", "A.nul"]
)
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


def test_many_tests_and_files_are_matched_with_work_for_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """syrupy compares each test with each file; names are escaped and paths are split once for each."""
    names = [f"test_a[{number}]" for number in range(40)]
    locations = [location(name) for name in names]
    files = [TraceFileExtension.get_location(test_location=each, index=0) for each in locations]
    work: Counter[str] = Counter()

    def counted(module: ModuleType, name: str) -> None:
        original = getattr(module, name)

        def count(*args: Any) -> Any:
            work[name] += 1
            return original(*args)

        monkeypatch.setattr(module, name, count)

    counted(file_names, "_work_out")
    counted(os.path, "split")
    counted(Path, "resolve")  # type: ignore[arg-type]
    match = TraceFileExtension.matches_test_location
    found = [match(test_location=each, snapshot_location=file) for file in files for each in locations]
    assert sum(found) == len(names)
    assert work == {"_work_out": len(names), "split": len(files)}


# -- in pytest --------------------------------------------------------------------------------------------

APPLICATION = "def pay(cents): return cents"
TESTS = r"""
import os
import pytest
import shop

IDS = ["a/b", "ab", "a\\b", "../../up", "..", "a:b", "x" * 400, "x" * 401, "\x01", "[x]", "100%", "A.b", "漢" * 90,
    "DE", "de", "De", "con."]

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
    assert project.run("--snapshot-update").counts == {"passed": 20}
    return project


def test_each_test_has_its_files(project: Project) -> None:
    """All lie in the folder of the module, and only they are in the folder of snapshots."""
    files = list(project.snapshots())
    assert len(files) == 17 * 2 + 3
    assert all(name.startswith("test_shop/") and name.endswith(".trace") for name in files)
    assert len({name.casefold() for name in files}) == len(files)
    assert {f"test_shop/test_id[{name}].trace" for name in ("de", "%44e", "%44%45", "A.b")} < set(files)


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
        (["test_shop.py::test_id[De]"], []),
        (["."], []),
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
