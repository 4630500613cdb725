"""Imports of our own modules with the bytecode that is installed, past pytest's assertion rewriting.

pytest rewrites the assertions of every module of a distribution that has a plugin. Installed from a wheel, that is the
whole library: read, parsed and compiled anew in each run that cannot write bytecode (0.3 of 1.4 s for one test).
Our modules have no assertions to rewrite. Modules imported before this one say PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

__all__ = ["OwnFinder"]

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_PREFIX = f"{__name__.partition('.')[0]}."


class OwnFinder(MetaPathFinder):
    """A finder of our own modules, as Python itself finds them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module of ours; None for every other module."""
        return PathFinder.find_spec(fullname, path, target) if fullname.startswith(_PREFIX) else None


if __spec__ is not None and not isinstance(__spec__.loader, SourceFileLoader):
    # pytest's own loader reads this module: put the finder before pytest's.
    sys.meta_path.insert(0, OwnFinder())
