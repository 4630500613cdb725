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


def _load() -> tuple[Any, str | None]:
    if os.environ.get(_SWITCH, "0") not in ("", "0"):
        return None, f"{_SWITCH} is set"
    try:
        return import_module("snapy_instrument._native"), None
    except ImportError as problem:
        return None, f"the native module cannot be imported ({problem}): was there a C compiler at installation?"


native, PURE_BECAUSE = _load()
"""The extension module, or None; and why there is none, in a sentence."""

IMPLEMENTATION: str = "pure" if native is None else "native"
"""``"native"`` or ``"pure"``."""
