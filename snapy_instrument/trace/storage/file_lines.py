"""Reads the lines of a file that may be compressed, and may end in the middle of a line."""

from __future__ import annotations

__all__ = ["COMPRESSED", "Line", "compressed", "lines_of"]

import os
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

COMPRESSED = ".gz"
"""The end of the name of a file that is written compressed."""

_MAGIC = b"\x1f\x8b"
_GZIP = 31  # of zlib: a gzip header and the largest window
_CHUNK = 1 << 20


class Line(NamedTuple):
    """A line of a file.

    Attributes:
        number: Counted from 1.
        start: How many bytes of the file, uncompressed, precede it.
        data: Its bytes without the line end.
        whole: Whether it has a line end; only the last one has none.
    """

    number: int
    start: int
    data: bytes
    whole: bool


def compressed(data: bytes) -> bytes:
    """Return ``data`` as a gzip member of its own: what precedes it in a file can be read without it."""
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def lines_of(path: str | os.PathLike[str]) -> Iterator[Line]:
    """Yield the lines of ``path``. Where compressed data ends too early, the last line is not whole.

    Raises:
        OSError: The file cannot be read.
        zlib.error: Compressed data is damaged.
    """
    number, start, rest = 0, 0, b""
    with open(path, "rb") as file:
        for chunk in _chunks(file):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                number += 1
                yield Line(number, start, line, True)
                start += len(line) + 1
    if rest:
        yield Line(number + 1, start, rest, False)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    data = file.read(_CHUNK)
    if not data.startswith(_MAGIC):
        while data:
            yield data
            data = file.read(_CHUNK)
        return
    unpacker = zlib.decompressobj(_GZIP)
    while data:
        yield unpacker.decompress(data)
        data = unpacker.unused_data or file.read(_CHUNK)
        if unpacker.eof:
            unpacker = zlib.decompressobj(_GZIP)
