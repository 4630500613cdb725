"""Paths of files as the system has them, whatever a program does to `os` and its names while it is recorded.

`os.path` is written in Python and asks the system through names of `os`, which a test may replace (``mock.patch``,
pyfakefs). The functions here are those of `os.path`, made anew over a copy of the names.
`POSIX` and `WINDOWS` hold them for paths of either kind.
"""

from __future__ import annotations

__all__ = ["NATIVE", "POSIX", "SYSTEM", "WINDOWS", "absolute", "resolved", "temporary_folder"]

import ntpath
import os
import posixpath
import stat
import sys
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
SYSTEM: Any = SimpleNamespace(**vars(os))
"""The functions of `os`."""
POSIX: Any = SimpleNamespace(**_copied(posixpath, os=SYSTEM))
"""The functions of `posixpath`."""
WINDOWS: Any = SimpleNamespace(**_copied(ntpath, os=SYSTEM))
"""The functions of `ntpath`."""
NATIVE: Any = WINDOWS if os.path is ntpath else POSIX
"""The functions of `os.path`."""
_TEMPORARY = ("/tmp", "/var/tmp", "/usr/tmp")
_TEMPORARY_ON_WINDOWS = ("~\\AppData\\Local\\Temp", "%SYSTEMROOT%\\Temp", "c:\\temp", "c:\\tmp", "\\temp", "\\tmp")


def absolute(filename: str) -> str:
    """Return ``filename`` from the root on, as spelled; on Windows in lower case.

    Raises:
        OSError: The working directory is gone.
        ValueError: The name holds a null character.
    """
    found: str = NATIVE.normcase(NATIVE.abspath(filename))
    return found


def resolved(filename: str) -> str:
    """Return ``filename`` from the root on with symbolic links followed. Raises what `absolute` does."""
    found: str = NATIVE.normcase(NATIVE.realpath(filename))
    return found


def temporary_folder() -> str:
    """Return the folder that `tempfile.gettempdir` finds, without the file that it writes to try each one.

    Raises:
        OSError: The working directory is gone, and no other folder is there.
    """
    chosen = vars(sys.modules["tempfile"]).get("tempdir") if "tempfile" in sys.modules else None
    if chosen is not None:
        return str(SYSTEM.fsdecode(chosen))
    wanted = [SYSTEM.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    usual = _TEMPORARY_ON_WINDOWS if NATIVE is WINDOWS else _TEMPORARY
    for each in [*filter(None, wanted), *usual]:
        folder = NATIVE.abspath(NATIVE.expandvars(NATIVE.expanduser(each)) if each in usual else each)
        if _is_folder(folder) and SYSTEM.access(folder, os.W_OK | os.X_OK):
            return str(folder)
    return str(SYSTEM.getcwd())


def _is_folder(path: str) -> bool:
    # Not NATIVE.isdir, which is genericpath's and has names of its own.
    try:
        return stat.S_ISDIR(SYSTEM.stat(path).st_mode)
    except (OSError, ValueError):
        return False
