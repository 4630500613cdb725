"""The folders of ``tmp_path`` and ``tmp_path_factory`` have the same names in the texts of all runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.testing.plugin_runs import Project

SHOP = """
def save(path):
    path.write_text("x")
    return str(path)
"""
TESTS = """
import pytest
import shop
from snapy_instrument import FunctionTracer

@pytest.fixture(scope="module")
def common(tmp_path_factory):
    return tmp_path_factory.mktemp("common", numbered=False)

def test_one(traced, trace_snapshot, tmp_path):
    with traced() as trace:
        shop.save(tmp_path / "a.txt")
    assert trace == trace_snapshot

def test_a_tracer_of_its_own(tmp_path, trace_snapshot):
    with FunctionTracer("shop") as trace:
        shop.save(tmp_path / "a.txt")
    assert trace == trace_snapshot

def test_common(traced, trace_snapshot, common):
    with traced() as trace:
        shop.save(common / "b.txt")
    assert trace == trace_snapshot

@pytest.mark.parametrize("name", ["c", "d"])
def test_requested_late(traced, trace_snapshot, request, name):
    folder = request.getfixturevalue("tmp_path")
    with traced() as trace:
        shop.save(folder / name)
    assert trace == trace_snapshot
"""
UPDATE = ("--snapshot-update", "--snapy-verify")
LATE = "trace v1 standard\nshop.save(path=Path('<tmp_path>/{0}')) -> '<tmp_path>/{0}'\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose tests write files."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, shop=SHOP, test_shop=TESTS)


def test_a_second_run_writes_the_same_text(project: Project) -> None:
    """``--snapy-verify`` accepts tests with files; other workers and folders pass."""
    project.run(*UPDATE).passes()
    one = "trace v1 standard\nshop.save(path=Path('<tmp_path>/a.txt')) -> '<tmp_path>/a.txt'\n"
    assert project.snapshots() == {
        "test_shop/test_one.trace": one,
        "test_shop/test_a_tracer_of_its_own.trace": one,
        "test_shop/test_common.trace": one.replace("<tmp_path>/a.txt", "<tmp>/common/b.txt"),
        "test_shop/test_requested_late[c].trace": LATE.format("c"),
        "test_shop/test_requested_late[d].trace": LATE.format("d"),
    }
    project.run(f"--basetemp={project.folder.parent / 'elsewhere'}").passes()
    project.run("-n", "2", f"--basetemp={project.folder.parent / 'other'}").passes()


def test_a_fixture_of_that_name_may_return_anything(tmp_path: Path) -> None:
    """It is left alone."""
    tests = """
    import pytest

    @pytest.fixture
    def tmp_path():
        return 3

    def test_it(tmp_path):
        assert tmp_path == 3
    """
    Project(tmp_path, test_it=tests).run().passes()
