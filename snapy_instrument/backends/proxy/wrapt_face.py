"""Classes on top of wrapt's that show a function and nothing of wrapt.

wrapt's classes define every special method and pass it on, so Python itself would take a function for a container, a
number and a context manager: ``"text" % f`` would be no error, ``isinstance(f, SupportsInt)`` would be True. Of wrapt's
classes the method resolution order of a proxy's class therefore has the public one alone, which defines no such method.
All attributes but those in `OWN_NAMES` are those of the function.
"""

from __future__ import annotations

__all__ = ["OWN_NAMES", "Face", "Namespace", "face"]

from operator import attrgetter
from types import FunctionType
from typing import Any

import wrapt

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._raw import class_namespace, mro, set_class_name

keep_builtins(globals())

OWN_NAMES = frozenset(
    {"__call__", "__eq__", "__get__", "__ne__", "__reduce_ex__", "__wrapped__"}
    | {"_self_function", "_self_registered", "_self_registered_site", "_self_site", "_self_unwrapped"}
)
"""What a proxy answers itself; every other attribute is read from, written on and deleted from its function."""

_HIDDEN = frozenset(mro(wrapt.FunctionWrapper)[1:-1])


class Namespace:
    """Gives the classes of proxies a ``__dict__`` that `inspect.getattr_static` looks into."""


class Face(type(wrapt.FunctionWrapper)):  # type: ignore[misc]
    """The metaclass of proxies: neither the interpreter nor the program finds wrapt's methods in their classes."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        """Create the class. wrapt's own metaclass has no part in it."""
        # The interpreter's messages name the class as they name the class of functions: "'function' object is not
        # subscriptable". Some of 3.14 take the module and the qualified name for it, the others `tp_name`.
        named = {**namespace, "__module__": "builtins", "__qualname__": "function"}
        # Not super(): the metaclass of wrapt's pure Python classes adds properties of its own.
        made = type.__new__(cls, name, bases, named)
        set_class_name(made, "function")
        return made

    def mro(cls) -> list[type]:
        """Return the order without wrapt's inner classes. `isinstance(f, wrapt.FunctionWrapper)` stays true."""
        order = [each for each in type.mro(cls) if each not in _HIDDEN]
        return order if Namespace in order else [*order[:-1], Namespace, object]

    @property
    def __mro__(cls) -> tuple[type, ...]:
        # For readers of `__mro__`; the interpreter uses what `mro` returned when the class was made.
        return tuple(each for each in mro(cls) if each is object or _is_ours(each))

    @property
    def __name__(cls) -> str:
        return "CallProxy"


def _is_ours(cls: type) -> bool:
    return cls is not wrapt.FunctionWrapper and cls is not Namespace and "_self_is_face" not in class_namespace(cls)


def face(base: type) -> Any:
    """Return a subclass of ``base``, a class of wrapt's, to build on."""
    # For code that looks into the class, as runtime protocols do. A namespace cannot hold the other names.
    names = [name for name in dir(FunctionType) if name in _OF_FUNCTIONS]
    members: dict[str, Any] = {name: property(attrgetter(f"_self_function.{name}")) for name in names}
    return Face(base.__name__, (base,), {**members, "__slots__": ("__qualname__",), "_self_is_face": True})


_OF_FUNCTIONS = {
    *("__builtins__", "__closure__", "__code__", "__defaults__", "__globals__", "__kwdefaults__", "__name__"),
    *("__annotate__", "__type_params__"),
}
