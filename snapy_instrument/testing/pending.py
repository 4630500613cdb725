"""Pending traces: what a failed test received in place of its snapshot, one JSON file a test.

A file holds all that a later decision needs: what was expected and received, the causes, and the digest of the text
that was compared. So accepting it runs no test, and cannot overwrite a snapshot that changed meanwhile::

    {
      "format": "snapy pending", "version": 1,
      "test": "tests/test_shop.py::test_total",
      "snapshots": [
        {
          "path": "tests/__snapshots__/test_shop/test_total.trace",
          "name": "test_total",
          "headline": "1 change: shop.tax called with country: 'FR' removed",
          "causes": [{"kind": "argument", "function": "shop.tax", "place": "country", "old": "'FR'", "new": "",
                      "consequences": 2}],
          "digest": "9f86d08…",
          "expected": "trace v1 standard\\n…",
          "received": "trace v1 standard\\n…"
        }
      ]
    }

Paths are relative to the root of the run, with ``/``. For a snapshot that does not exist, ``expected`` and ``digest``
are null. A ``.ambr`` file holds several snapshots, and ``name`` says which of them; any other file is one snapshot.
Unknown keys are ignored.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = [
    "FOLDER",
    "PendingSnapshot",
    "PendingTest",
    "digest_of",
    "discard_pending",
    "is_current",
    "pending_files",
    "read_pending",
    "updated_contents",
    "write_pending",
]

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from snapy_instrument.errors import SnapyError
from snapy_instrument.trace.diff.causes.cause import Cause

FOLDER = Path(".snapy", "pending")
"""Where pending traces are, below the root of the run: in no folder that syrupy looks for snapshots in."""

_FORMAT, _VERSION = "snapy pending", 1
_LONGEST_NAME = 80
_AMBER = ".ambr"
_AMBER_HEADER = "# serializer version: 1\n"
_AMBER_BLOCK = re.compile(r"^# name: (.*)\n((?:(?!# ---$).*\n)*)# ---\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PendingSnapshot:
    """A snapshot that was not as expected, or did not exist.

    Attributes:
        path: Its file, relative to the root of the run, with ``/``.
        name: Its name; one file may hold several.
        received: The text that the test received.
        expected: The text that it was compared with, or None.
        digest: SHA-256 of ``expected`` in hexadecimal digits, or None.
        headline: What changed, as one line.
        causes: The causes of the changes.
    """

    path: str
    name: str
    received: str
    expected: str | None
    digest: str | None
    headline: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def key(self) -> str:
        """What names it on a command line: its file, and in a file with several its name."""
        return f"{self.path}::{self.name}" if self.path.endswith(_AMBER) else self.path


@dataclass(frozen=True, slots=True)
class PendingTest:
    """The pending snapshots of one test.

    Attributes:
        test: The identifier of the test, ``tests/test_shop.py::test_total``.
        snapshots: Its pending snapshots, in the order in which they were compared.
    """

    test: str
    snapshots: tuple[PendingSnapshot, ...]


def digest_of(text: str) -> str:
    """Return SHA-256 of a text in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _file_of(root: Path, test: str) -> Path:
    plain = re.sub(r"[^\w.\[\]]+", "-", test, flags=re.ASCII).strip("-")[-_LONGEST_NAME:]
    return root / FOLDER / f"{plain}-{digest_of(test)[:12]}.json"


def write_pending(root: Path, pending: PendingTest) -> Path:
    """Write the file of a test, in place of an older one, and return its path.

    Other processes see the old file or the new one. The folder gets a ``.gitignore`` of its own.
    """
    path = _file_of(root, pending.test)
    path.parent.mkdir(parents=True, exist_ok=True)
    ignore = root / FOLDER.parts[0] / ".gitignore"
    if not ignore.exists():
        _replace(ignore, b"# Pending traces belong to one working copy.\n*\n")
    content = {"format": _FORMAT, "version": _VERSION, **asdict(pending)}
    _replace(path, json.dumps(content, indent=1).encode("ascii") + b"\n")
    return path


def discard_pending(root: Path, test: str) -> None:
    """Remove the file of a test, if there is one: it passed, or was decided."""
    _file_of(root, test).unlink(missing_ok=True)


def pending_files(root: Path) -> list[Path]:
    """Return the paths of all files, sorted."""
    return sorted((root / FOLDER).glob("*.json"))


def read_pending(path: Path) -> PendingTest:
    """Return the content of one file.

    Raises:
        SnapyError: It holds no pending traces, or those of a newer version; the message names the file.
        OSError: It cannot be read.
    """
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != _FORMAT or content["version"] != _VERSION:
            raise SnapyError(f"{path} is of version {content['version']}, this is a reader of version {_VERSION}")
        return PendingTest(str(content["test"]), tuple(map(_snapshot, content["snapshots"])))
    except (KeyError, TypeError, ValueError) as error:
        raise SnapyError(f"{path} holds no pending traces ({type(error).__name__}: {error}): remove it") from None


def _snapshot(found: Mapping[str, Any]) -> PendingSnapshot:
    known = {name: found[name] for name in ("path", "name", "received", "expected", "digest", "headline")}
    fields = ("kind", "function", "place", "old", "new", "consequences")
    return PendingSnapshot(**known, causes=tuple(Cause(*(cause[name] for name in fields)) for cause in found["causes"]))


def is_current(root: Path, snapshot: PendingSnapshot) -> bool:
    """Return whether the committed text is still the one that was compared."""
    text = _committed(root / snapshot.path, snapshot.name)
    return (None if text is None else digest_of(text)) == snapshot.digest


def _committed(path: Path, name: str) -> str | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    text = data.decode("utf-8", "surrogateescape")
    return dict(_amber_blocks(_lines_of(text))).get(name) if path.suffix == _AMBER else text


def updated_contents(root: Path, snapshots: Iterable[PendingSnapshot]) -> dict[Path, bytes]:
    """Return the content of each file as ``--snapshot-update`` would write it, with these snapshots accepted.

    Nothing is written. Other snapshots in the same file keep their texts.
    """
    files: dict[Path, list[PendingSnapshot]] = {}
    for snapshot in snapshots:
        files.setdefault(root / snapshot.path, []).append(snapshot)
    return {path: _updated(path, found) for path, found in files.items()}


def _updated(path: Path, snapshots: Sequence[PendingSnapshot]) -> bytes:
    if path.suffix != _AMBER:
        return snapshots[-1].received.encode("utf-8", "surrogateescape")
    text = _lines_of(path.read_text(encoding="utf-8")) if path.exists() else _AMBER_HEADER
    old = list(_amber_blocks(text))
    new = {**dict(old), **{snapshot.name: snapshot.received for snapshot in snapshots}}
    names = [name for name, _ in old]
    if names == sorted(names):  # syrupy sorts them, unless it was asked to keep the order of the tests
        names = sorted(new)
    else:
        names += sorted(new.keys() - set(names))
    header = text.partition("# name: ")[0]
    written = header + "".join(_amber_block(name, new[name]) for name in names)
    return written.replace("\n", os.linesep).encode("utf-8", "surrogateescape")


def _lines_of(text: str) -> str:
    return text.replace("\r\n", "\n")


def _amber_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each snapshot in an amber file; each line of the text is indented there."""
    for block in _AMBER_BLOCK.finditer(text):
        yield block[1].strip(), "\n".join(line[2:] for line in block[2].removesuffix("\n").split("\n"))


def _amber_block(name: str, text: str) -> str:
    lines = "\n".join(f"  {line}" for line in text.split("\n")) if text else ""
    return f"# name: {name}\n{lines}\n# ---\n"


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that nobody sees half of it, whichever process writes it at the same time."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
