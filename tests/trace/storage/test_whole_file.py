"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from snapy_instrument.trace.storage.whole_file import write_whole
from tests.trace.storage.test_trace_file import EVENTS, path, read, write

__all__ = ["path"]


def test_failed_replacing_leaves_no_other_file(path: Path) -> None:
    """Where the file cannot be replaced, the new one is removed."""
    path.mkdir()
    with pytest.raises(OSError, match=re.escape(path.name)):
        write(path, EVENTS)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_followed(tmp_path: Path, exists: bool) -> None:
    """The file that it leads to is written, and the link stays a link."""
    folder = tmp_path / "there"
    folder.mkdir()
    target, link = folder / "real", tmp_path / "link"
    link.symlink_to(Path("there") / "real")
    if exists:
        target.write_text("old")
    write(link, EVENTS)
    assert (link.is_symlink(), read(target), os.listdir(folder)) == (True, EVENTS, ["real"])


def test_a_linked_folder_is_followed(tmp_path: Path) -> None:
    """The temporary file is beside the target."""
    (tmp_path / "there").mkdir()
    (tmp_path / "folder").symlink_to("there")
    write(tmp_path / "folder" / "a", EVENTS)
    assert read(tmp_path / "there" / "a") == EVENTS


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_replaced_file_keeps_its_mode(path: Path, mode: int) -> None:
    """Who could read it can."""
    path.touch()
    path.chmod(mode)
    write(path, EVENTS)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_mode_of_new_files(path: Path) -> None:
    """As the process asks for it."""
    before = os.umask(0o027)
    try:
        write(path, EVENTS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_pipe_is_written_to(path: Path) -> None:
    """Its reader gets the file, and it stays a pipe."""
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(path.read_bytes)
        write(path, EVENTS)
        data = found.result()
    assert stat.S_ISFIFO(path.stat().st_mode)
    path.unlink()
    path.write_bytes(data)
    assert read(path) == EVENTS


def test_a_device_is_written_to() -> None:
    """It stays what it is."""
    write(os.devnull, EVENTS)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_redirected_output_is_written_to(path: Path, name: str) -> None:
    """The file that the shell opened gets the trace; it is not replaced under its descriptor."""
    if not os.path.exists(name):
        pytest.skip("the system has no such name")
    code = f"from snapy_instrument import Trace; Trace([]).save({name!r})"
    with path.open("wb") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert (read(path), os.listdir(path.parent)) == ([], [path.name])


def test_content_that_cannot_be_made_leaves_the_older_file(path: Path) -> None:
    """And no other one."""

    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise ValueError("no more")

    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="no more"):
        write_whole(path, chunks())
    assert (path.read_bytes(), os.listdir(path.parent)) == (b"old", [path.name])
