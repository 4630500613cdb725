"""Lines of files."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from snapy_instrument.trace.storage.file_lines import compressed, lines_of


def test_lines_have_numbers_and_places(tmp_path: Path) -> None:
    """The last one may have no end."""
    path = tmp_path / "a"
    path.write_bytes(b"one\n\nthree")
    assert list(lines_of(path)) == [(1, 0, b"one", True), (2, 4, b"", True), (3, 5, b"three", False)]


def test_members_of_a_compressed_file_are_read_one_after_the_other(tmp_path: Path) -> None:
    """A file that is compressed batch by batch has many."""
    path = tmp_path / "a"
    path.write_bytes(compressed(b"one\ntw") + compressed(b"o\n"))
    assert [line.data for line in lines_of(path)] == [b"one", b"two"]


def test_compressed_data_that_ends_early_has_what_is_whole(tmp_path: Path) -> None:
    """At whatever byte behind the first member."""
    path = tmp_path / "a"
    first, second = compressed(b"one\n"), compressed(b"two\n")
    for end in range(len(first), len(first + second)):
        path.write_bytes((first + second)[:end])
        assert next(line.data for line in lines_of(path) if line.whole) == b"one"


def test_damaged_data_is_an_error(tmp_path: Path) -> None:
    """Of zlib."""
    path = tmp_path / "a"
    path.write_bytes(compressed(b"one\n") + b"\x1f\x8bnonsense")
    with pytest.raises(zlib.error):
        list(lines_of(path))


def test_long_lines_are_joined(tmp_path: Path) -> None:
    """A file is read in pieces."""
    path = tmp_path / "a"
    path.write_bytes(b"x" * 3_000_000 + b"\ny\n")
    assert [len(line.data) for line in lines_of(path)] == [3_000_000, 1]
