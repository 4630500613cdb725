"""Which twin of the hot path runs: the native one, or pure Python.

Pure Python is complete and the law; the native twin (``snapy_instrument/native``) is compiled at installation where
a C compiler is found. The environment variable ``SNAPY_PURE_PYTHON=1`` switches it off.
"""

from __future__ import annotations

__all__ = ["IMPLEMENTATION", "PURE_BECAUSE", "native"]

import os
from importlib import import_module
from typing import Any

_SWITCH = "SNAPY_PURE_PYTHON"


def _in_main_interpreter() -> bool:
    for name in ("_interpreters", "_xxsubinterpreters"):  # from 3.13 on, and before
        try:
            interpreters = import_module(name)
        except ImportError:
            continue
        return bool(interpreters.get_current() == interpreters.get_main())
    return True


def _load() -> tuple[Any, str | None]:
    if os.environ.get(_SWITCH, "0") not in ("", "0"):
        return None, f"{_SWITCH} is set"
    try:
        return import_module("snapy_instrument._native"), None
    except ImportError as problem:
        return None, f"the native module cannot be imported ({problem}): was there a C compiler at installation?"


if not _in_main_interpreter():
    # One set of tracers, patched methods and proxies serves the process; wrapt and parts of the standard library that
    # are needed have no state of their own for each interpreter either.
    raise ImportError(
        "snapy_instrument cannot trace in a sub-interpreter: import it in the main interpreter, and run there what is "
        "to be traced"
    )

native, PURE_BECAUSE = _load()
"""The extension module, or None; and why there is none, in a sentence."""

IMPLEMENTATION: str = "pure" if native is None else "native"
"""``"native"`` or ``"pure"``."""
