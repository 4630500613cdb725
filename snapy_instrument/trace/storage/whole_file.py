"""Writes a file as a whole or not at all. Pipes, devices and open descriptors are written to instead."""

from __future__ import annotations

__all__ = ["write_all", "write_whole"]

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from itertools import count

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._file_paths import NATIVE, SYSTEM

# A stream is written while the program runs, which may have replaced `open` and all of `os`.
keep_builtins(globals())

_MOST_LINKS = 40
_numbers = count()


def write_whole(path: str | os.PathLike[str], chunks: Iterable[bytes]) -> None:
    """Write ``chunks`` to ``path``, one after the other.

    A regular file is replaced in one step and keeps its mode; links are followed. What is written to a pipe, a
    device, or a descriptor such as ``/dev/stdout`` goes there.

    Args:
        path: The file; its folder must exist.
        chunks: Its content. What making it raises is raised, and an older file is unchanged.

    Raises:
        OSError: The file cannot be written; an older one is unchanged.
    """
    # Not through pathlib: the name of the temporary file must not lose a part of a linked path.
    target = NATIVE.realpath(path)
    mode = _mode_of(path)
    if _is_descriptor(path) or (mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)):
        with open(path, "wb", buffering=0) as file:
            _write_each(file, chunks)
        return
    folder, name = NATIVE.split(target)
    partial = NATIVE.join(folder, f".{name}.{SYSTEM.getpid()}-{next(_numbers)}.tmp")
    try:
        with open(partial, "xb", buffering=0) as file:
            _write_each(file, chunks)
        if mode is not None:
            SYSTEM.chmod(partial, stat.S_IMODE(mode))
        SYSTEM.replace(partial, target)
    finally:
        with suppress(FileNotFoundError):
            SYSTEM.unlink(partial)


def _write_each(file: FileIO, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        write_all(file, chunk)


def _mode_of(path: str | os.PathLike[str]) -> int | None:
    try:
        mode: int = SYSTEM.stat(path).st_mode
    except FileNotFoundError:
        return None
    return mode


def _is_descriptor(path: str | os.PathLike[str]) -> bool:
    """Return whether ``path`` names an open file of this process: ``/dev/stdout``, ``/dev/fd/3``, ``/proc/self/fd/3``.

    Such a name leads to a regular file where output is redirected to one. The writer's descriptor would keep the old
    file if that were replaced.
    """
    step = NATIVE.abspath(path)
    for _ in range(_MOST_LINKS):
        folder = NATIVE.dirname(step)
        if folder == "/dev/fd" or (folder.startswith("/proc/") and folder.endswith("/fd")):
            return True
        try:
            step = NATIVE.normpath(NATIVE.join(folder, SYSTEM.readlink(step)))
        except OSError:  # no link
            return False
    return False


def write_all(file: FileIO, data: bytes) -> None:
    """Write all of ``data`` to an unbuffered file."""
    rest = memoryview(data)
    while rest:  # one write as a rule: a kill tears at most the last line
        rest = rest[file.write(rest) :]
