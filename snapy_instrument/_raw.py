"""Reads types and objects without running code of the traced program.

Attribute access on a live object may reach ``__getattr__``, a property or a metaclass. The functions here go
through the descriptors of `type` and the class dictionaries themselves, which are C code and data.
"""

from __future__ import annotations

__all__ = [
    "BUILTINS",
    "MISSING",
    "class_name",
    "class_namespace",
    "class_text",
    "find",
    "has_namespace",
    "inherits",
    "is_slot",
    "module_attribute",
    "module_namespace",
    "module_of",
    "mro",
    "namespace",
    "own_attribute",
    "plain_name",
    "qualified",
    "read",
    "set_class_name",
    "type_name",
]

import builtins
import sys
from types import GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

MISSING: Any = object()
BUILTINS: dict[str, Any] = vars(builtins)
"""The namespace of `builtins`, which every other namespace holds as ``__builtins__``."""
LONGEST_NAME = 200

_mro = type.__dict__["__mro__"].__get__
class_namespace = type.__dict__["__dict__"].__get__
"""The ``__dict__`` of a class: what it defines itself, without its bases."""
class_name = type.__dict__["__name__"].__get__
set_class_name = type.__dict__["__name__"].__set__
"""``__name__`` of a class as it is; `type_name` is for texts."""
_qualname = type.__dict__["__qualname__"].__get__
_module = type.__dict__["__module__"].__get__
module_namespace = vars(ModuleType)["__dict__"].__get__
"""The ``__dict__`` of a module; None where the interpreter has cleared it."""
own_attribute = object.__getattribute__


def is_slot(found: Any) -> bool:
    """Return whether ``found`` is the descriptor of a slot, or of another attribute that C code keeps."""
    kind = type(found)
    return kind is GetSetDescriptorType or kind is MemberDescriptorType


def mro(kind: type) -> tuple[type, ...]:
    """Return ``kind`` and its bases in order; nothing while ``kind`` is being made."""
    return _mro(kind) or ()


def inherits(kind: type, *bases: type) -> bool:
    """Return whether one of ``bases`` is ``kind`` or a base of it, by identity: a metaclass may define ``==``."""
    for each in _mro(kind) or ():
        for base in bases:
            if each is base:
                return True
    return False


def find(kind: type, name: str) -> Any:
    """Return what the first class along the MRO holds under ``name``, as it is stored there, or MISSING."""
    for each in _mro(kind) or ():
        found = class_namespace(each).get(name, MISSING)
        if found is not MISSING:
            return found
    return MISSING


def plain_name(given: Any, default: str = "?") -> str:
    """Return ``given`` as an exact str of at most 200 printable characters; ``default`` if it is no str."""
    text: str
    if type(given) is str and len(given) <= LONGEST_NAME:
        text = given
    elif inherits(type(given), str):
        text = str.__str__(given)[:LONGEST_NAME]
    else:
        return default
    return text if text.isprintable() else text.encode("unicode_escape", "backslashreplace").decode("ascii")


def type_name(kind: type) -> str:
    """Return the ``__name__`` of a class for a text."""
    return plain_name(class_name(kind))


def module_of(kind: type) -> str:
    """Return the ``__module__`` of a class for a text; nothing if it is no str."""
    return plain_name(_module(kind), "")


def qualified(module: Any, name: Any) -> str:
    """Return ``module.name``; the name alone if the module is ``builtins`` or unknown."""
    where = plain_name(module, "")
    return f"{where}.{plain_name(name)}" if where and where != "builtins" else plain_name(name)


def class_text(kind: type) -> str:
    """Return ``module.qualname`` of a class for a text."""
    return qualified(_module(kind), _qualname(kind))


def has_namespace(kind: type) -> bool:
    """Return whether C code reads the ``__dict__`` of instances: the class defines no attribute of that name."""
    return is_slot(find(kind, "__dict__"))


def namespace(obj: Any) -> dict[Any, Any]:
    """Return the ``__dict__`` of an instance whose type has one by `has_namespace`."""
    held = own_attribute(obj, "__dict__")
    if type(held) is dict:
        return held
    # Not dict.copy(), which goes through ``keys`` and ``__iter__`` of a subclass.
    return dict(dict.items(held)) if inherits(type(held), dict) else {}


def read(obj: Any, name: str) -> Any:
    """Return the slot or plain class attribute ``name`` of an object; MISSING rather than run a descriptor."""
    found = find(type(obj), name)
    if is_slot(found):
        try:
            return found.__get__(obj)
        except (AttributeError, TypeError):
            return MISSING
    return found if found is MISSING or find(type(found), "__get__") is MISSING else MISSING


def module_attribute(module: str, name: str) -> Any:
    """Return ``name`` of the imported module ``module``, or MISSING. Imports nothing and loads no lazy module."""
    loaded = sys.modules.get(module)
    if loaded is None or not inherits(type(loaded), ModuleType):
        return MISSING
    return (module_namespace(loaded) or {}).get(name, MISSING)
