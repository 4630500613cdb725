"""Classes on top of wrapt's that hide the protocols which wrapt's have and functions and generators have not.

wrapt's classes define every special method and pass it on. Code that asks a type what its
objects can do (``ExitStack.push``, ``isinstance`` with an abstract base class), or asks the object (``hasattr``),
would take a function for a context manager, a container and a number.
"""

from __future__ import annotations

__all__ = ["Bare", "bare", "hidden_names"]

from types import FunctionType
from typing import Any

import wrapt

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._raw import class_namespace, mro

keep_builtins(globals())

# Those that are also found where Python itself looks, and must answer there.
_KEPT = {"__bool__", "__copy__", "__deepcopy__", "__getattr__", "__object_proxy__", "__set_name__", "__wrapped__"}
_WRAPTS = frozenset([*mro(wrapt.FunctionWrapper), *mro(wrapt.ObjectProxy)])


class NotThereError(AttributeError, TypeError):
    """An error for a special method that the object lacks: AttributeError for `hasattr`, TypeError for operators."""


class _Absent:
    """A descriptor that hides a special method of wrapt's class."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        kind = "object" if instance is None else instance.__class__.__name__
        raise NotThereError(f"{kind!r} object has no attribute {self._name!r}")


class Bare(type(wrapt.ObjectProxy)):  # type: ignore[misc]
    """A metaclass that hides wrapt's classes from ``__mro__``, and their special methods from the class."""

    def __getattribute__(cls, name: str) -> Any:
        if name == "__mro__":
            return tuple(each for each in mro(cls) if each is object or _is_ours(each))
        if name in _NAMES:
            for each in mro(cls):
                if name in class_namespace(each):
                    if _is_ours(each):
                        break
                    raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        return super().__getattribute__(name)


def _is_ours(cls: type) -> bool:
    return cls not in _WRAPTS and "_self_is_bare" not in class_namespace(cls)


def hidden_names(base: type) -> frozenset[str]:
    """The special methods of ``base``, a class of wrapt's, that functions have not."""
    names = {name for name in dir(base) if name[:2] == name[-2:] == "__" and not name.startswith("__self_")}
    return frozenset(names.difference(dir(FunctionType), _KEPT))


def bare(base: type) -> Any:
    """A subclass of ``base``, a class of wrapt's, to build on."""
    # Without __iter__, what defines __getitem__ passes for a sequence.
    members: dict[str, Any] = {name: _Absent(name) for name in hidden_names(base) | {"__iter__"}}
    return Bare(base.__name__, (base,), {**members, "_self_is_bare": True})


_NAMES = hidden_names(wrapt.FunctionWrapper) | hidden_names(wrapt.ObjectProxy) | {"__iter__"}
