"""The files of pending traces: written, read, and what accepting them would write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syrupy.data import Snapshot, SnapshotCollection
from syrupy.extensions.amber import AmberDataSerializer

from snapy_instrument import Cause, SnapyError
from snapy_instrument.testing.pending import (
    FOLDER,
    PendingSnapshot,
    PendingTest,
    digest_of,
    discard_pending,
    is_current,
    pending_files,
    read_pending,
    updated_contents,
    write_pending,
)

CAUSE = Cause("argument", "shop.tax", "country", "'FR'", "", 2)
TEXTS = ["dict({\n  'a': 1,\n})", "'one line'", "ends with a line\n", "", "a\n\nb", "# ---", "é \u2028 \x0c x"]


def pending(path: str, received: str, expected: str | None = None, name: str = "test_total") -> PendingSnapshot:
    """A pending snapshot."""
    digest = None if expected is None else digest_of(expected)
    return PendingSnapshot(path, name, received, expected, digest, "1 change", (CAUSE,))


def amber(path: Path, texts: dict[str, str]) -> Path:
    """An amber file as syrupy writes it."""
    collection = SnapshotCollection(location=str(path))
    for name, text in texts.items():
        collection.add(Snapshot(name=name, data=text))
    AmberDataSerializer.write_file(collection)
    return path


@pytest.mark.parametrize("test", ["tests/test_shop.py::test_total", "a.py::test[/\\ é\n]", f"a.py::test[{'x' * 500}]"])
def test_what_is_written_can_be_read(tmp_path: Path, test: str) -> None:
    """Whatever the identifier of the test contains."""
    written = PendingTest(test, (pending("a.trace", "new\n", "old\n"), pending("b.ambr", "\udcff", name="n")))
    path = write_pending(tmp_path, written)
    assert path.parent == tmp_path / FOLDER
    assert read_pending(path) == written
    assert read_pending(path).snapshots[0].causes[0].consequences == 2
    assert pending_files(tmp_path) == [path]


def test_each_test_has_one_file(tmp_path: Path) -> None:
    """A later run replaces it; a test with a similar name has another."""
    for test, text in (("a.py::t[1]", "x"), ("a.py::t[1]", "y"), ("a.py::t-1-", "z")):
        write_pending(tmp_path, PendingTest(test, (pending("a.trace", text),)))
    assert sorted(read_pending(path).snapshots[0].received for path in pending_files(tmp_path)) == ["y", "z"]
    assert sorted(path.suffix for path in (tmp_path / FOLDER).iterdir()) == [".json", ".json"]


def test_a_test_that_passed_has_none(tmp_path: Path) -> None:
    """Whether it had one or not."""
    write_pending(tmp_path, PendingTest("a.py::t", (pending("a.trace", "x"),)))
    discard_pending(tmp_path, "a.py::t")
    discard_pending(tmp_path, "a.py::t")
    assert pending_files(tmp_path) == []


def test_git_ignores_the_folder(tmp_path: Path) -> None:
    """Without a line in the project's own file."""
    write_pending(tmp_path, PendingTest("a.py::t", ()))
    assert (tmp_path / ".snapy" / ".gitignore").read_text(encoding="utf-8").splitlines()[-1] == "*"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "else", "version": 1}', '{"format": "snapy pending"}'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    """The message names it."""
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SnapyError, match=r"x\.json"):
        read_pending(path)


def test_a_newer_version_is_refused_and_unknown_keys_are_not(tmp_path: Path) -> None:
    """A newer minor writer may add what a reader need not know."""
    path = write_pending(tmp_path, PendingTest("a.py::t", (pending("a.trace", "x"),)))
    content = json.loads(path.read_bytes())
    content["snapshots"][0]["colour"] = "red"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_pending(path).snapshots[0].received == "x"
    content["version"] = 2
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SnapyError, match="of version 2"):
        read_pending(path)


def test_a_trace_file_is_written_as_received(tmp_path: Path) -> None:
    """Byte for byte."""
    (tmp_path / "a.trace").write_bytes(b"old\r\n")
    snapshot = pending("a.trace", "trace v1 standard\nm.f()\n", "old\r\n")
    assert is_current(tmp_path, snapshot)
    assert updated_contents(tmp_path, [snapshot]) == {tmp_path / "a.trace": b"trace v1 standard\nm.f()\n"}
    (tmp_path / "a.trace").write_bytes(b"other\n")
    assert not is_current(tmp_path, snapshot)


def test_a_new_snapshot_is_current_until_it_exists(tmp_path: Path) -> None:
    """Then somebody else wrote it."""
    snapshot = pending("new/a.trace", "x\n")
    assert is_current(tmp_path, snapshot)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.trace").write_bytes(b"")
    assert not is_current(tmp_path, snapshot)


@pytest.mark.parametrize("received", TEXTS)
@pytest.mark.parametrize("name", ["test_b", "test_b.1", "test_zz", "aaa", "test_b[x y]"])
def test_an_amber_file_is_written_as_syrupy_does(tmp_path: Path, name: str, received: str) -> None:
    """The other snapshots in it keep their texts and their order; a new one is put in its place."""
    texts = {"test_a": "1", "test_b": TEXTS[0], "test_c": "'''\n  trace v1 standard\n  m.f()\n'''"}
    path = amber(tmp_path / "old.ambr", texts)
    expected = amber(tmp_path / "new.ambr", {**texts, name: received}).read_bytes()
    assert updated_contents(tmp_path, [pending("old.ambr", received, name=name)]) == {path: expected}


def test_several_snapshots_of_one_amber_file_are_written_together(tmp_path: Path) -> None:
    """The file is new."""
    found = updated_contents(tmp_path, [pending("x.ambr", "2", name="b"), pending("x.ambr", "1", name="a")])
    assert found == {tmp_path / "x.ambr": amber(tmp_path / "y.ambr", {"a": "1", "b": "2"}).read_bytes()}


def test_an_amber_file_in_the_order_of_the_tests_keeps_it(tmp_path: Path) -> None:
    """As with syrupy's --snapshot-declaration-order; a new snapshot comes last."""
    path = tmp_path / "x.ambr"
    path.write_text("# serializer version: 1\n# name: b\n  1\n# ---\n# name: a\n  2\n# ---\n", encoding="utf-8")
    (content,) = updated_contents(
        tmp_path, [pending("x.ambr", "3", name="a"), pending("x.ambr", "4", name="0")]
    ).values()
    assert content.decode().splitlines()[1::3] == ["# name: b", "# name: a", "# name: 0"]


def test_a_snapshot_in_an_amber_file_is_current_on_its_own(tmp_path: Path) -> None:
    """Whatever happens to the others."""
    amber(tmp_path / "x.ambr", {"a": "1", "b": "2"})
    snapshot = pending("x.ambr", "3", "1", name="a")
    amber(tmp_path / "x.ambr", {"a": "1", "b": "7"})
    assert is_current(tmp_path, snapshot)
    amber(tmp_path / "x.ambr", {"a": "8", "b": "7"})
    assert not is_current(tmp_path, snapshot)


def test_keys_name_one_snapshot() -> None:
    """By the file, and in a file with several by the name."""
    assert pending("d/a.trace", "").key == "d/a.trace"
    assert pending("d/a.ambr", "", name="test_x").key == "d/a.ambr::test_x"
