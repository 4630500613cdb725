"""Paths of files as the system has them, whatever a program does to `os` and its names while it is recorded.

`os.path` is written in Python and asks the system through names of `os`, which a test may replace (``mock.patch``,
pyfakefs). The functions here are those of `os.path`, made anew over a copy of the names.
`POSIX` and `WINDOWS` hold them for paths of either kind.
"""

from __future__ import annotations

__all__ = ["POSIX", "WINDOWS", "absolute", "resolved"]

import ntpath
import os
import posixpath
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from snapy_instrument._builtins import KEPT, keep_builtins

keep_builtins(globals())


def _copied(module: ModuleType, **names: Any) -> dict[str, Any]:
    """Return the namespace of a module, whose functions look names up in it; ``names`` are replaced."""
    namespace: dict[str, Any] = {**vars(module), **names, "__builtins__": KEPT}
    for name, value in vars(module).items():
        if type(value) is FunctionType and value.__globals__ is vars(module):
            made = FunctionType(value.__code__, namespace, name, value.__defaults__, value.__closure__)
            made.__kwdefaults__ = value.__kwdefaults__
            namespace[name] = made
    return namespace


# Objects, not functions: pyfakefs replaces functions in the namespaces of all modules.
_os = SimpleNamespace(**vars(os))
POSIX: Any = SimpleNamespace(**_copied(posixpath, os=_os))
"""The functions of `posixpath`."""
WINDOWS: Any = SimpleNamespace(**_copied(ntpath, os=_os))
"""The functions of `ntpath`."""
_paths = WINDOWS if os.path is ntpath else POSIX


def absolute(filename: str) -> str:
    """Return ``filename`` from the root on, as spelled; on Windows in lower case.

    Raises:
        OSError: The working directory is gone.
        ValueError: The name holds a null character.
    """
    found: str = _paths.normcase(_paths.abspath(filename))
    return found


def resolved(filename: str) -> str:
    """Return ``filename`` from the root on with symbolic links followed. Raises what `absolute` does."""
    found: str = _paths.normcase(_paths.realpath(filename))
    return found
