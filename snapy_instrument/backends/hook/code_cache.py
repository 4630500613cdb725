"""Hooked code on disk, next to Python's own compiled files and under names of its own.

Files are read and written by the methods of `SourceFileLoader`, as an import does without us: a program that replaced
``open`` or functions of ``os``, or a fake file system, sees no file of ours.
"""

from __future__ import annotations

__all__ = ["CodeCache", "is_cached_by_python"]

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from marshal import dumps as _dumps
from marshal import loads as _loads
from types import CodeType
from typing import Any

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

# In a tuple, where no tool that replaces functions in modules finds it.
_CACHED_PATH = (cache_from_source,)
_VERSION = 2
_TAG = f"snapy{_VERSION}"


class CodeCache:
    """The compiled file of one source file.

    Args:
        files: Reads and writes files.
        path: The source file.
        variant: Names a second kind of code of the same file, such as that with pytest's assertions.
    """

    def __init__(self, files: SourceFileLoader, path: str, variant: str = "") -> None:
        self._files = files
        self._path = _cache_path(path, variant)
        self._stamp = _stamp(files, path)

    def read(self) -> CodeType | None:
        """Return the code of the file, None where there is none or the source has changed since."""
        if self._path is None or self._stamp is None:
            return None
        try:
            found, code = _loads(self._files.get_data(self._path))
        # No such file, or one that was cut short and that marshal cannot read: compile again.
        except (OSError, ValueError, EOFError, TypeError):
            return None
        return code if found == self._stamp and type(code) is CodeType else None

    def write(self, code: CodeType) -> None:
        """Keep ``code``, unless Python is asked to write no bytecode or the folder cannot be written."""
        if self._path is not None and self._stamp is not None and not sys.dont_write_bytecode:
            # set_data writes to a temporary file, renames it and swallows OSError.
            self._files.set_data(self._path, _dumps((self._stamp, code)))


def is_cached_by_python(files: SourceFileLoader, path: str) -> bool:
    """Return whether Python's own compiled file of ``path`` is fresh, so that an import would not compile."""
    try:
        header = files.get_data(_CACHED_PATH[0](path))[:16]
        stats: Any = files.path_stats(path)
    except (OSError, NotImplementedError, ValueError):
        return False
    # Magic number, flags, then time and size of the source; with the lowest flag set, a hash of it instead.
    if len(header) < 16 or header[:4] != MAGIC_NUMBER:
        return False
    fresh = [int(stats["mtime"]) & 0xFFFFFFFF, stats["size"] & 0xFFFFFFFF]
    by_hash = bool(header[4] & 1)
    return by_hash or [int.from_bytes(header[at : at + 4], "little") for at in (8, 12)] == fresh


def _stamp(files: SourceFileLoader, path: str) -> tuple[bytes, float, int] | None:
    try:
        stats: Any = files.path_stats(path)
    except OSError:
        return None
    return MAGIC_NUMBER, stats["mtime"], stats["size"]


def _cache_path(path: str, variant: str) -> str | None:
    try:
        cached = _CACHED_PATH[0](path)
    except (NotImplementedError, ValueError):  # no cache tag, or a file name without a suffix
        return None
    base, dot, extension = cached.rpartition(".")
    return f"{base}.{_TAG}{variant}{dot}{extension}"
