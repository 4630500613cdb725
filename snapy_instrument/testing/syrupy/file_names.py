"""Names of the files of trace snapshots: another one for each test, whatever its identifier has in it.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["TraceLocation", "belongs", "file_name"]

import hashlib
from pathlib import Path
from unicodedata import category

from syrupy.location import PyTestLocation

# What file systems do not allow, and the mark that stands for it.
_ODD = frozenset('\\/?*:|"<>%')
# Of the 255 bytes that a name may have on most file systems some are for the suffix.
_MOST_BYTES = 200
_DIGITS = 12


def file_name(name: str) -> str:
    """The name of a snapshot's file, without its suffix: of odd characters ``%`` and their code, a long one cut.

    A cut name ends in digits that tell it from others with the same beginning.
    """
    escaped = "".join(map(_escaped, name))
    start = _start(escaped)
    if start == escaped:
        return escaped
    # No letters: syrupy looks for the words of -k in the names of snapshots.
    number = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return f"{start}-{number % 10**_DIGITS:0{_DIGITS}}"


def belongs(test_location: PyTestLocation, snapshot_location: str) -> bool:
    """Whether the file is a trace snapshot of the test; so are those of tests that begin with the same 200 bytes."""
    path = Path(snapshot_location)
    start = _start("".join(map(_escaped, test_location.snapshot_name)))
    if path.parent.name != test_location.basename or not path.stem.startswith(start):
        return False
    return path.stem == start or path.stem[len(start)] in ".[-"


class TraceLocation(PyTestLocation):
    """Where a test stands; knows the files of its trace snapshots, whatever its identifier has in it."""

    def matches_snapshot_location(self, snapshot_location: str) -> bool:
        """Whether the file is a snapshot of the test."""
        return super().matches_snapshot_location(snapshot_location) or belongs(self, snapshot_location)


def _escaped(char: str) -> str:
    if char not in _ODD and not category(char).startswith("C"):
        return char
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


def _start(escaped: str) -> str:
    return escaped.encode("utf-8")[:_MOST_BYTES].decode("utf-8", "ignore")
