"""The one switch between the twins of the hot path: native or pure Python.

Pure Python is complete and the law; the native twin (``snapy_instrument/native``) is compiled at installation where
a C compiler is found. The environment variable ``SNAPY_PURE_PYTHON=1`` switches it off.
A class that has a native twin is decorated with `twinned`; no other module asks which twin runs.
"""

from __future__ import annotations

__all__ = ["IMPLEMENTATION", "PURE_BECAUSE", "native", "native_part", "pure_twin", "twinned"]

import os
from importlib import import_module
from typing import Any, TypeVar

from snapy_instrument._python import in_main_interpreter

T = TypeVar("T", bound=type)

_SWITCH = "SNAPY_PURE_PYTHON"
_NATIVE = "snapy_instrument._native"

SEAM = 1
"""Raised, here and in native/seam.h, with each change of what the two halves pass to each other.

An editable installation keeps its extension module when git brings newer sources. Its half of a changed seam then fails
somewhere far from the cause, with a TypeError for a missing argument or with wrong fields of a record.
"""


def _load() -> tuple[Any, str | None]:
    if os.environ.get(_SWITCH, "0") not in ("", "0"):
        return None, f"{_SWITCH} is set"
    try:
        module = import_module(_NATIVE)
    except ModuleNotFoundError as problem:
        if problem.name != _NATIVE:
            return None, f"the native module cannot be imported ({problem}): {_AGAIN}"
        return None, "there is no native module for this Python: was there a C compiler at installation?"
    except ImportError as problem:
        return None, f"the native module cannot be imported ({problem}): {_AGAIN}"
    if getattr(module, "SEAM", None) != SEAM:
        return None, f"the native module was built from other sources than the Python modules: {_AGAIN}"
    return module, None


_AGAIN = "install snapy_instrument again, which compiles it"


if not in_main_interpreter():
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

_pure_twins: dict[type, type] = {}


def twinned(pure: T) -> T:
    """Replace a class by the native class of the same name, where the native twin has one. A class decorator.

    A leading underscore in the name of the Python class does not count. `pure_twin` returns the decorated class.
    """
    found: T | None = native_part(pure.__name__.removeprefix("_"))
    if found is None:
        return pure
    _pure_twins[found] = pure
    return found


def pure_twin(cls: T) -> T:
    """Return the Python class of a class decorated with `twinned`, whichever twin runs."""
    return _pure_twins.get(cls, cls)  # type: ignore[return-value]


def native_part(name: str) -> Any:
    """Return what the native twin calls ``name``; None where pure Python runs or this Python needs no such part."""
    return getattr(native, name, None)
