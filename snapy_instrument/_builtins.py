"""A copy of Python's builtins, for code of ours that runs while a program is recorded.

A program may replace a builtin, as ``mock.patch("builtins.open")`` does, and Python looks a builtin up by its name at
each use. A function looks in the ``__builtins__`` that its module had when the function was defined
(``PyFunction_New``): so a module whose functions run while a program is recorded calls `keep_builtins` between its
imports and its first function. That costs nothing at the use.
"""

from __future__ import annotations

__all__ = ["KEPT", "keep_builtins"]

import builtins
from typing import Any

KEPT: dict[str, Any] = dict(vars(builtins))
"""The builtins as they were when the package was imported."""


def keep_builtins(namespace: dict[str, Any]) -> None:
    """Let functions that are defined in ``namespace``, a module's, from now on use the copy."""
    namespace["__builtins__"] = KEPT
