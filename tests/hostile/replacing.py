"""Replaces the functions of modules by ones that report, as tools that patch the standard library do."""

from __future__ import annotations

__all__ = ["LEFT", "is_function", "replaced"]

import importlib
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

# These answer by the frame that calls them.
LEFT = frozenset(
    {"eval", "exec", "globals", "locals", "vars", "dir", "__build_class__", "_getframe", "_getframemodulename"}
)


def is_function(value: Any, module: str) -> bool:
    """Return whether ``value``, held by the module of that name, is a function, of Python or of C."""
    return type(value) in (FunctionType, BuiltinFunctionType)


@contextmanager
def replaced(
    modules: Collection[str],
    reporting: Callable[[str, str, Any], Any],
    *,
    everywhere: bool = False,
    left: frozenset[str] = LEFT,
    is_replaceable: Callable[[Any, str], bool] = is_function,
    is_kept: Callable[[ModuleType], bool] = lambda module: False,
) -> Iterator[None]:
    """Inside, each function of ``modules`` is what ``reporting(name, "module.name", function)`` returns for it.

    Args:
        modules: Names of the modules.
        reporting: Called once for each function, before anything is replaced.
        everywhere: Also where another module holds it: what freezegun does to the functions of `time`, and pyfakefs to
            those of `os` and `io`.
        left: Names of functions that stay.
        is_replaceable: Says of a value and the name of its module whether it is a function to replace.
        is_kept: Says of a module whether it keeps the functions that it holds of other modules.
    """
    taken: list[tuple[dict[str, Any], str, Any]] = []
    reports: dict[int, Any] = {}
    for name in modules:
        namespace = vars(importlib.import_module(name))
        for key, value in namespace.items():
            if key not in left and is_replaceable(value, name):
                taken.append((namespace, key, value))
                reports.setdefault(id(value), reporting(key, f"{name}.{key}", value))
    if everywhere:
        homes = {id(namespace) for namespace, _, _ in taken} | {id(globals())}
        for module in list(sys.modules.values()):
            namespace = vars(module)
            if type(namespace) is dict and id(namespace) not in homes and not is_kept(module):
                taken += [(namespace, key, value) for key, value in namespace.items() if id(value) in reports]
    for namespace, key, value in taken:
        namespace[key] = reports[id(value)]
    try:
        yield
    finally:
        for namespace, key, value in taken:
            namespace[key] = value
