"""Describers of functions, classes, modules and generators, by their names: ``<function shop.total>``."""

from __future__ import annotations

__all__ = ["CALLABLES", "describe_class", "describe_module", "wrapper_describer"]

import functools
import types
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.views import Describer
from snapy_instrument.values import Mark

keep_builtins(globals())

_LruCache = type(functools.lru_cache(lambda: None))
_cache_dict = _LruCache.__dict__["__dict__"].__get__
_MOST_WRAPPERS = 20
# The wrappers of wrapt, once it is imported.
_wrappers: list[type] = []


def _function_name(function: Any) -> str | None:
    """Return ``module.qualname`` of a function, looking through wrappers that are data; None for other objects."""
    # Wrappers may hold each other in a circle.
    for _ in range(_MOST_WRAPPERS):
        kind = type(function)
        if kind is types.FunctionType:
            return _raw.qualified(function.__module__, function.__qualname__)
        if kind is types.BuiltinFunctionType:
            return _builtin_name(function)
        if kind is types.MethodType:
            function = function.__func__
        elif kind is _LruCache:
            # Through the C getter: `functools.update_wrapper` has put the function there.
            function = _cache_dict(function).get("__wrapped__")
        elif _raw.inherits(kind, *_wrapper_types()):
            function = _wrapped(function)
        elif _raw.inherits(kind, type):
            return _raw.class_text(function)
        else:
            return None
    return None


def _builtin_name(function: Any) -> str:
    owner = function.__self__
    name = _raw.plain_name(function.__name__)
    if type(owner) is types.ModuleType:
        return _raw.qualified(_raw.module_namespace(owner).get("__name__"), name)
    if owner is None:
        return name
    return f"{_raw.type_name(owner if _raw.inherits(type(owner), type) else type(owner))}.{name}"


def _wrapper_types() -> list[type]:
    # Asked again until wrapt is there: the program may import it later, and capture imports no library by itself.
    if not _wrappers:
        found = [_raw.module_attribute("wrapt", name) for name in ("FunctionWrapper", "BoundFunctionWrapper")]
        _wrappers.extend(each for each in found if each is not _raw.MISSING)
    return _wrappers


def _wrapped(proxy: Any) -> Any:
    """Return what a wrapt proxy holds, by the first attribute for it along its MRO that is C: no property runs."""
    for each in _raw.mro(type(proxy)):
        names = _raw.class_namespace(each)
        found = names.get("_self_function", names.get("__wrapped__"))
        if type(found) is types.GetSetDescriptorType or type(found) is types.MemberDescriptorType:
            try:
                return found.__get__(proxy)
            except (AttributeError, ValueError):
                # wrapt's C objects raise ValueError before their `__init__` has run.
                return None
    return None


def wrapper_describer(kind: type) -> Describer | None:
    """Return the describer of wrapt's function wrappers; None for other types."""
    if not _raw.inherits(kind, *_wrapper_types()):
        return None
    return _describe_function


def _describe_function(function: Any) -> Mark | None:
    name = _function_name(function)
    return None if name is None else Mark(f"<function {name}>")


def _describe_builtin(function: Any) -> Mark:
    return Mark(f"<built-in function {_builtin_name(function)}>")


def _describe_method(method: Any) -> Mark | None:
    name = _function_name(method)
    return None if name is None else Mark(f"<bound method {name}>")


def _describe_descriptor(descriptor: Any) -> Mark:
    return Mark(f"<method {_raw.type_name(descriptor.__objclass__)}.{_raw.plain_name(descriptor.__name__)}>")


def _describe_slot(slot: Any) -> Mark:
    return Mark(f"<bound method {_raw.type_name(type(slot.__self__))}.{_raw.plain_name(slot.__name__)}>")


def describe_class(cls: Any) -> Mark:
    """Return ``<class shop.Item>``."""
    return Mark(f"<class {_raw.class_text(cls)}>")


def describe_module(module: Any) -> Mark:
    """Return ``<module shop>``. A module that loads itself at its first use is not loaded."""
    held = _raw.module_namespace(module) or {}
    return Mark(f"<module {_raw.plain_name(held.get('__name__'))}>")


def _suspended(word: str, frame_name: str) -> Describer:
    def describe(obj: Any) -> Mark:
        # A C attribute of the exact builtin type: no code of the program runs.
        frame = getattr(obj, frame_name)
        namespace = None if frame is None else frame.f_globals
        module = namespace.get("__name__") if type(namespace) is dict else None
        return Mark(f"<{word} {_raw.qualified(module, obj.__qualname__)}>")

    return describe


CALLABLES: dict[type, Describer] = {
    types.FunctionType: _describe_function,
    types.BuiltinFunctionType: _describe_builtin,
    types.MethodType: _describe_method,
    types.MethodDescriptorType: _describe_descriptor,
    types.WrapperDescriptorType: _describe_descriptor,
    types.ClassMethodDescriptorType: _describe_descriptor,
    types.MethodWrapperType: _describe_slot,
    types.ModuleType: describe_module,
    types.GeneratorType: _suspended("generator", "gi_frame"),
    types.CoroutineType: _suspended("coroutine", "cr_frame"),
    types.AsyncGeneratorType: _suspended("async generator", "ag_frame"),
    _LruCache: _describe_function,
}
