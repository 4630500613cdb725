"""Describers of the paths of `pathlib`, read from the slots where pathlib keeps them.

`str` of a path runs pathlib's Python code, which looks names up in `os.path` and `sys` that the program may have
replaced, and keeps what it found in the program's object.
"""

from __future__ import annotations

__all__ = ["path_describer"]

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import quiet
from snapy_instrument.capture.views import Describer, Description

keep_builtins(globals())


def path_describer(title: str, parser: Any) -> Describer:
    """Return the describer of one class of pathlib, whose paths ``parser`` (see `_file_paths`) takes apart."""

    def describe(obj: Any) -> Description | None:
        text = _raw.read(obj, "_str")
        if type(text) is not str:
            segments, parts = _raw.read(obj, "_raw_paths"), _raw.read(obj, "_parts")
            # By what is there, not by version: a half-made path has neither.
            if type(segments) is list:
                text = _of_segments(parser, [str.__str__(each) for each in segments])
            elif type(parts) is list:
                text = _of_parts(parser, _raw.read(obj, "_drv"), _raw.read(obj, "_root"), parts)
            else:
                text = _by_pathlib(obj)
        return None if text is None else (title, (None,), (text,))

    return describe


def _of_segments(parser: Any, segments: list[str]) -> str:
    """Return the text that pathlib makes of ``segments``: 3.12 and later keep those until the text is needed."""
    # Step by step what `PurePath._parse_path` does.
    separator = parser.sep
    path = parser.join(*segments) if segments else ""
    if parser.altsep:
        path = path.replace(parser.altsep, separator)
    drive, root, rest = parser.splitroot(path)
    if not root and drive.startswith(separator) and not drive.endswith(separator):
        parts = drive.split(separator)
        # \\server\share, and \\?\UNC\server\share
        root = separator if (len(parts) == 4 and parts[2] not in "?.") or len(parts) == 6 else root
    tail = [each for each in rest.split(separator) if each and each != "."]
    if not drive and not root and tail and parser.splitdrive(tail[0])[0]:
        # `./c:name` is a relative path; without the dot its first part would be a drive.
        tail.insert(0, ".")
    return drive + root + separator.join(tail) or "."


def _of_parts(parser: Any, drive: str, root: str, parts: list[str]) -> str:
    """Return the text of a path of 3.11, which is taken apart when it is made; the first part is the anchor."""
    anchor = drive + root
    return anchor + parser.sep.join(parts[1:] if anchor else parts) or "."


def _by_pathlib(obj: Any) -> str | None:
    """Return what `str` says where the slots are not as in the Pythons we know; None of a half-made path."""
    # Code of pathlib in Python runs, which is no call of the program.
    with quiet():
        try:
            return str(obj)
        except Exception:
            return None
