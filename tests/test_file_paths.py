"""Paths of files as the system has them, whatever a program replaced."""

from __future__ import annotations

import ntpath
import os
import posixpath
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument._file_paths import POSIX, WINDOWS, absolute, resolved, temporary_folder

TEXTS = st.text(alphabet="ab./\\: ?", max_size=12)


@given(TEXTS)
def test_the_functions_are_those_of_os_path(text: str) -> None:
    """For paths of both kinds."""
    for ours, theirs in ((POSIX, posixpath), (WINDOWS, ntpath)):
        assert ours.normpath(text) == theirs.normpath(text)
        assert ours.splitdrive(text) == theirs.splitdrive(text)
        assert ours.join("a", text) == theirs.join("a", text)


def test_links_are_followed(tmp_path: Path) -> None:
    """By `resolved`, and not by `absolute`."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    linked = str(tmp_path / "link" / "x.py")
    assert absolute(linked) == linked
    assert resolved(linked) == os.path.realpath(linked)


def test_relative_names_start_at_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one at the time of the call, not at import."""
    monkeypatch.chdir(tmp_path)
    assert absolute("x.py") == os.path.join(os.getcwd(), "x.py")


def test_a_null_character_is_a_value_error() -> None:
    """As in `os.path`."""
    with pytest.raises(ValueError, match="null"):
        resolved("/a\0b/c")


@pytest.mark.parametrize("name", ["os.lstat", "os.getcwd", "os.fspath", "os.readlink", "os.path.join", "os.path.isabs"])
def test_replaced_functions_are_not_called(name: str) -> None:
    """A program may have replaced any of them."""
    with mock.patch(name, side_effect=AssertionError("called")):
        found = resolved("x"), absolute("x")
    assert found == (os.path.realpath("x"), os.path.abspath("x"))


def test_the_temporary_folder_is_the_one_that_tempfile_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its variables, in their order; one that is no folder is passed over."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    monkeypatch.setenv("TEMP", str(tmp_path))
    found = temporary_folder()
    assert found == str(tmp_path) == tempfile.gettempdir()


def test_the_temporary_folder_that_a_program_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    """``tempfile.tempdir`` comes before all variables."""
    monkeypatch.setattr(tempfile, "tempdir", "/chosen")
    assert temporary_folder() == "/chosen"


def test_finding_the_temporary_folder_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tempfile.gettempdir` writes a file into each folder that it tries."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = tmp_path.stat().st_mtime_ns
    with mock.patch("os.open", side_effect=AssertionError("called")):
        assert temporary_folder() == str(tmp_path)
    assert tmp_path.stat().st_mtime_ns == before
