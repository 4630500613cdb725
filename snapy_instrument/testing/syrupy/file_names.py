"""Names of the files of trace snapshots: a different, valid one for each test, whatever its identifier contains.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["SnapshotFiles", "TraceLocation", "belongs", "file_name", "is_beside", "snapshot_files"]

import hashlib
import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import category

from syrupy.extensions.base import AbstractSyrupyExtension
from syrupy.location import PyTestLocation

# What some file system does not allow in a name, and the sign that escapes begin with.
_ODD = frozenset('\\/?*:|"<>%')
# Names of devices on Windows, whatever suffix follows: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|\Z)", re.IGNORECASE)
# Most file systems allow 255 bytes; the rest is for the digits and the suffix.
_MOST_BYTES = 200
_DIGITS = 12

_FILES = "_snapy_files"


class SnapshotFiles(NamedTuple):
    """What the paths of a test's trace snapshots begin with.

    Attributes:
        folder: Their folder.
        starts: The beginnings of their names. A sign follows it that says which snapshot of the test it is.
    """

    folder: str
    starts: tuple[str, ...]


def file_name(name: str, *, escape_capitals: bool = False, letters_from: int | None = None) -> str:
    """Return the name of a snapshot's file, without its suffix.

    Characters that a file system does not allow become ``%`` and their hexadecimal code, as in URLs. So do spaces
    and dots at the end, which Windows drops, and the first letter of a device's name. A long name is cut and ends in
    digits made of the whole name.

    Args:
        name: The name of the test, and of the snapshot if it has one.
        escape_capitals: Write capitals as codes too: another test has a name that differs only by case.
        letters_from: Write all letters from this index on as codes: another snapshot of the test differs only by case.
    """
    plain, last = (name, "") if letters_from is None else (name[:letters_from], name[letters_from:])
    escaped = _complete(_escape_text(plain, escape_capitals) + "".join(map(_escape_letter, last)))
    start = _cut(escaped)
    if start == escaped:
        return escaped
    # No letters: syrupy looks for the words of -k in the names of snapshots.
    number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return f"{start}-{number % 10**_DIGITS:0{_DIGITS}}"


def snapshot_files(test_location: PyTestLocation) -> SnapshotFiles:
    """Return what the files of a test's trace snapshots begin with; worked out once for each test.

    At the end of a run syrupy compares each test with each file: for 1,000 tests that were 500,000 times 28
    microseconds.
    """
    # Kept as `cached_property` would: on the controller of xdist a location has no item of pytest that has a stash.
    kept = vars(test_location)
    found: SnapshotFiles | None = kept.get(_FILES)
    if found is None:
        found = kept[_FILES] = _work_out(test_location)
    return found


def belongs(test_location: PyTestLocation, snapshot_location: str) -> bool:
    """Return whether the file is a trace snapshot of the test, or of one that begins with the same 200 bytes."""
    files = snapshot_files(test_location)
    folder, name = _split(snapshot_location)
    return folder == files.folder and any(
        name.startswith(start) and name[len(start) : len(start) + 1] in ("", ".", "[", "-") for start in files.starts
    )


def is_beside(test_location: PyTestLocation, snapshot_location: str) -> bool:
    """Return whether the file is in the folder of the snapshots of the test's module."""
    return _split(snapshot_location)[0] == snapshot_files(test_location).folder


@lru_cache(maxsize=16)
def _split(snapshot_location: str) -> tuple[str, str]:
    """Return the folder of a snapshot, and its name without suffix; syrupy asks for one file many times in a row."""
    folder, name = os.path.split(snapshot_location)
    return folder, os.path.splitext(name)[0]


class TraceLocation(PyTestLocation):
    """The place of a test, which knows the files of its trace snapshots."""

    def matches_snapshot_location(self, snapshot_location: str) -> bool:
        """Return whether the file is a snapshot of the test; syrupy before version 7 asks the location."""
        return super().matches_snapshot_location(snapshot_location) or belongs(self, snapshot_location)


def _work_out(test_location: PyTestLocation) -> SnapshotFiles:
    folder = Path(AbstractSyrupyExtension.dirname(test_location=test_location), test_location.basename)
    # Whether capitals are escaped is known where the test was collected, which is elsewhere under xdist. The name of a
    # device counts up to its first dot only, and the end of a name only where nothing follows.
    escaped = [_escape_text(test_location.snapshot_name, capitals) for capitals in (False, True)]
    return SnapshotFiles(str(folder), tuple({_cut(each) for text in escaped for each in (text, _complete(text))}))


def _escape_text(text: str, escape_capitals: bool) -> str:
    is_odd: Callable[[str], bool] = _is_odd_or_capital if escape_capitals else _is_odd
    return "".join(_code(char) if is_odd(char) else char for char in text)


def _escape_letter(char: str) -> str:
    return _code(char) if char.isalpha() or _is_odd(char) else char


def _complete(escaped: str) -> str:
    """Escape what is wrong in a whole name only."""
    if _DEVICE.match(escaped):
        escaped = _code(escaped[0]) + escaped[1:]
    kept = escaped.rstrip(". ")
    return kept + "".join(map(_code, escaped[len(kept) :]))


def _is_odd(char: str) -> bool:
    return char in _ODD or category(char).startswith("C")


def _is_odd_or_capital(char: str) -> bool:
    return _is_odd(char) or char.casefold() != char


def _code(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def _cut(escaped: str) -> str:
    return escaped.encode("utf-8")[:_MOST_BYTES].decode("utf-8", "ignore")
