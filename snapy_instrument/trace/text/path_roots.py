"""Paths that read the same on every machine: ``<root>/src/shop.py``, ``<tmp>/test_x0/a``."""

from __future__ import annotations

__all__ = ["NO_ROOTS", "PathRoots", "Roots", "add_place"]

import os
import re
import site
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._file_paths import NATIVE, SYSTEM, temporary_folder

keep_builtins(globals())

# A prefix matches only where a path can begin and a name can end: not in /srv/shop-old, not in ~/tmp.
_BEFORE = r"(?:(?<=file://)|(?<![\w/\\.\-~}]))"
_AFTER = r"(?![\w\-]|\.\w)"
_REST = r"((?:[\\/][^\\/\s'\"<>|:*?]+)*)"

_TMP_NOISE = (
    (re.compile(r"<tmp>/pytest-of-[^/]+/pytest-\d+(?:/popen-gw\d+)?(?![\w\-.])"), "<tmp>"),
    (re.compile(r"<tmp>/tmp[a-z0-9_]{8}(?![\w\-])"), "<tmp>/tmp<random>"),
)


class PathRoots:
    """A set of absolute prefixes, each with the label that replaces it.

    Args:
        prefixes: Absolute prefix, or several, by label without brackets. Of equal prefixes the first counts,
            of nested ones the longest. Prefixes that are empty or only a separator are ignored.
    """

    __slots__ = ("_labels", "_pattern", "prefixes")

    def __init__(self, prefixes: Mapping[str, str | Sequence[str]] | None = None) -> None:
        self.prefixes: dict[str, tuple[str, ...]] = {}
        self._labels: dict[str, str] = {}
        for label, given in (prefixes or {}).items():
            several = (given,) if isinstance(given, str) else given
            kept = tuple(prefix for prefix in map(_trimmed, several) if prefix)
            self.prefixes[label] = kept
            for prefix in kept:
                self._labels.setdefault(_folded(prefix), f"<{label}>")
        self._pattern = _compiled(prefix for kept in self.prefixes.values() for prefix in kept)

    @classmethod
    def here(cls, root: str | os.PathLike[str] | None = None) -> PathRoots:
        """Return the places of this machine: ``root`` (default: the current folder), tmp, home, packages, stdlib.

        Places that ``add_place`` added come on top.
        """
        # By names that nobody replaces: a tracer is made inside tests that patch `os` or run on a fake file system.
        base = SYSTEM.getcwd() if root is None else NATIVE.abspath(root)
        return _collected(base, temporary_folder(), NATIVE.expanduser("~"), tuple(_added))

    @classmethod
    def of(cls, root: Roots | None) -> PathRoots:
        """Return ``root`` itself, or make it of a mapping, or of the places of this machine with that folder.

        Raises:
            ValueError: It is none of these.
        """
        if isinstance(root, PathRoots):
            return root
        if isinstance(root, Mapping):
            return cls(root)
        if root is None or isinstance(root, str | os.PathLike):
            return cls.here(root)
        raise ValueError(f"root={root!r} must be a folder, or a mapping from labels to absolute prefixes")

    def __repr__(self) -> str:
        return f"PathRoots({self.prefixes})"

    def shorten(self, text: str) -> str:
        """Return ``text`` with every absolute prefix in it replaced by its label."""
        if self._pattern is None or ("/" not in text and "\\" not in text):
            return text
        shorter = self._pattern.sub(self._replace, text)
        if "<tmp>/" in shorter:
            for noise, plain in _TMP_NOISE:
                shorter = noise.sub(plain, shorter)
        return shorter

    def _replace(self, found: re.Match[str]) -> str:
        label = self._labels[_folded(found[1])]
        return label + (found[2].replace("\\", "/") if "\\" in found[1] else found[2])

    def __reduce__(self) -> tuple[type[PathRoots], tuple[dict[str, tuple[str, ...]]]]:
        return PathRoots, (self.prefixes,)


Roots: TypeAlias = str | os.PathLike[str] | PathRoots | Mapping[str, str | Sequence[str]]
"""A folder that is shown as ``<root>``, or absolute prefixes by label."""


def _trimmed(prefix: str) -> str:
    return prefix.rstrip("/\\")


def _is_windows(prefix: str) -> bool:
    return "\\" in prefix or prefix[1:2] == ":"


def _folded(prefix: str) -> str:
    return prefix.replace("\\", "/").lower() if _is_windows(prefix) else prefix


def _compiled(prefixes: Iterable[str]) -> re.Pattern[str] | None:
    choices = [_choice(prefix) for prefix in sorted(set(prefixes), key=lambda each: (-len(each), each))]
    return re.compile(f"{_BEFORE}({'|'.join(choices)}){_AFTER}{_REST}") if choices else None


def _choice(prefix: str) -> str:
    if not _is_windows(prefix):
        return re.escape(prefix)
    return "(?i:" + r"[\\/]".join(map(re.escape, re.split(r"[\\/]", prefix))) + ")"


# Looked up at import, for they go through `os.path`.
_PACKAGES = [
    sysconfig.get_path("purelib"),
    sysconfig.get_path("platlib"),
    *site.getsitepackages(),
    site.getusersitepackages(),
]
_LIBRARY = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), os.path.dirname(os.__file__)]


# Labels and folders, the latest last.
_added: list[tuple[str, str]] = []


def add_place(label: str, folder: str | os.PathLike[str]) -> Callable[[], None]:
    """Show ``folder`` as ``<label>`` in texts whose roots are made from now on; return a function that undoes it."""
    place = (label, NATIVE.abspath(folder))
    _added.append(place)

    def remove() -> None:
        if place in _added:
            _added.remove(place)

    return remove


@lru_cache(maxsize=32)
def _collected(base: str, tmp: str, home: str, added: tuple[tuple[str, str], ...]) -> PathRoots:
    found: dict[str, list[str]] = {
        "root": [base],
        "tmp": [tmp],
        "home": [home],
        "site-packages": _PACKAGES,
        "stdlib": _LIBRARY,
    }
    for label, folder in added:
        found.setdefault(label, []).append(folder)
    return PathRoots({label: tuple(dict.fromkeys(_both(paths))) for label, paths in found.items()})


def _both(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if path and NATIVE.isabs(path):
            yield path
            yield NATIVE.realpath(path)


NO_ROOTS = PathRoots()
