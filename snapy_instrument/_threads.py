"""What concerns threads of the operating system, whatever a program has made of `threading`.

gevent and eventlet replace the names of `threading` and `_thread` by functions that mean greenlets. A lock of theirs
may run other code of the program while it waits, and their thread-local data is kept for each greenlet. So our own code
takes from here what it needs: the names as they were, or, where the program was faster than our import, those of a new
copy of the module `_thread`.
"""

from __future__ import annotations

__all__ = ["Lock", "RLock", "ThreadLocal", "get_ident"]

import _imp
import _thread
from importlib.machinery import BuiltinImporter
from typing import TYPE_CHECKING, Any


def _original() -> Any:
    """Return `_thread`, or a new copy of it where some of its names are replaced."""
    # A built-in function knows its module by name; what takes its place is Python's or another module's.
    if all(getattr(each, "__module__", None) == "_thread" for each in (_thread.get_ident, _thread._local)):
        return _thread
    spec: Any = BuiltinImporter.find_spec("_thread")
    module = _imp.create_builtin(spec)
    _imp.exec_builtin(module)
    return module


_module = _original()

if TYPE_CHECKING:
    from threading import Lock, RLock, get_ident
    from threading import local as ThreadLocal
else:
    Lock = _module.allocate_lock
    RLock = _module.RLock
    ThreadLocal = _module._local
    get_ident = _module.get_ident
