"""`traced`: a decorator whose function, method or class every active tracer records."""

from __future__ import annotations

__all__ = ["traced"]

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, overload

from snapy_instrument.backends.hook.eligibility import refusal
from snapy_instrument.backends.hook.ledger import Ledger
from snapy_instrument.backends.hook.wrapping import wrap_class, wrap_function
from snapy_instrument.backends.proxy.proxy import CallProxy
from snapy_instrument.recording.sites import Site

T = TypeVar("T", bound="Callable[..., Any] | property | staticmethod[..., Any] | classmethod[Any, ..., Any]")


@overload
def traced(target: T) -> T: ...
@overload
def traced() -> Callable[[T], T]: ...


def traced(target: Any = None) -> Any:
    """Record every call of ``target`` in every active tracer, whatever it includes (an exclude still wins).

    It decorates functions, coroutine and generator functions, static and class methods, properties and classes (all
    functions that a class defines, and its inner classes), with or without parentheses. While no tracer is active a
    call goes straight to the function.

    Raises:
        TypeError: ``target`` is none of these, or a function that looks at the frames of its callers.
    """
    if target is None:
        return traced
    kind = type(target)
    if type.__instancecheck__(type, target) and not isinstance(target, CallProxy):
        wrap_class(target, _force, Ledger())
        return target
    if kind is staticmethod or kind is classmethod:
        return kind(_traced_function(target.__func__))
    if kind is property:
        parts = [part and _traced_function(part) for part in (target.fget, target.fset, target.fdel)]
        return property(parts[0], parts[1], parts[2], target.__doc__)
    return _traced_function(target)


def _traced_function(target: Any) -> CallProxy:
    if isinstance(target, CallProxy):
        target._self_site.forced = True
        return target
    if type(target) is not FunctionType:
        raise TypeError(
            f"traced: {target!r} is not a function, method, property or class written in Python; put @traced "
            "directly above the def, below other decorators"
        )
    proxy = wrap_function(target, _force, Ledger())
    if proxy is None:
        raise TypeError(f"traced: {target.__qualname__} cannot have a proxy: {refusal(target.__code__)}")
    return proxy


def _force(site: Site) -> bool:
    site.forced = True
    return True
