"""Ten traces of the same tool."""

import backup
import pytest


def shown(traced, run, *words):
    with traced() as trace:
        run(*words)
    return trace


def test_first_run(folders, run, traced, trace_snapshot):
    assert shown(traced, run, "run", *folders) == trace_snapshot


def test_second_run(folders, run, traced, trace_snapshot):
    run("run", *folders)
    assert shown(traced, run, "run", *folders) == trace_snapshot


def test_changed_file(folders, run, traced, trace_snapshot):
    run("run", *folders)
    (folders[0] / "a.txt").write_text("gamma")
    assert shown(traced, run, "run", *folders) == trace_snapshot


@pytest.mark.parametrize("option", ["--prune", "--dry-run"])
def test_removed_file(folders, run, traced, trace_snapshot, option):
    run("run", *folders)
    (folders[0] / "a.txt").unlink()
    assert shown(traced, run, "run", *folders, option) == trace_snapshot(name=option)


def test_missing_folder(folders, run, traced, trace_snapshot):
    assert shown(traced, run, "run", folders[0] / "none", folders[1]) == trace_snapshot


def test_whole(folders, run, traced, trace_snapshot):
    run("run", *folders)
    assert shown(traced, run, "verify", folders[1]) == trace_snapshot


def test_damaged(folders, run, traced, trace_snapshot):
    run("run", *folders)
    (folders[1] / "a.txt").write_text("other")
    assert shown(traced, run, "verify", folders[1]) == trace_snapshot


@pytest.mark.parametrize("names", [("a.txt", "a.log"), ("x/b.tmp", ".git/config")])
def test_skipping(traced, trace_snapshot, names):
    with traced() as trace:
        for name in names:
            backup.is_skipped(name)
    assert trace == trace_snapshot(name=names[0].replace("/", "-"))
