"""The functions that users register for their types, and the table of decisions."""

from __future__ import annotations

__all__ = ["decisions", "register_capture", "registered_function", "registrations", "unregister_capture"]

from collections.abc import Callable
from typing import Any, TypeVar, overload

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.identity import WeakTable
from snapy_instrument.capture.views import Describer

keep_builtins(globals())

F = TypeVar("F", bound=Describer)
T = TypeVar("T")
R = TypeVar("R")

# The `Decision` of each type, dropped when registrations change.
decisions: WeakTable[Any] = WeakTable()
# One number, which counts the changes: the native twin drops its decisions when it is a new one.
registrations = [0]

# By id: hashing a class may run its metaclass. The class is held, so its id stays its own.
_registered: dict[int, tuple[type, Describer]] = {}

_BY_VALUE = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


@overload
def register_capture(cls: type[T], fn: Callable[[T], R]) -> Callable[[T], R]: ...


@overload
def register_capture(cls: type, fn: None = None) -> Callable[[F], F]: ...


def register_capture(cls: type, fn: Describer | None = None) -> Any:
    """Show objects of ``cls`` and its subclasses in traces by what ``fn(obj)`` returns.

    ``register_capture(Money, lambda m: m.cents)`` shows a Money as ``Money(101000)``. The returned value is
    captured in turn. Without ``fn`` this is a decorator. Nothing is recorded while ``fn`` runs; whatever it
    raises becomes ``<capture failed: ExcType>`` in the trace. The last registration of a class counts, and the
    nearest base of an object's type. A registered class is kept until `unregister_capture`.

    Raises:
        TypeError: ``cls`` is no class, or one whose values are captured as they are, or ``fn`` not callable.
    """
    _check_class(cls)
    if fn is None:
        return lambda function: register_capture(cls, function)
    if not callable(fn):
        raise TypeError(f"register_capture: fn must be callable, not {_raw.type_name(type(fn))}")
    _registered[id(cls)] = (cls, fn)
    _changed()
    return fn


def unregister_capture(cls: type) -> None:
    """Undo `register_capture`; nothing happens if ``cls`` is not registered."""
    _check_class(cls)
    _registered.pop(id(cls), None)
    _changed()


def _changed() -> None:
    # Before the count: whoever sees a new count finds no old decision.
    decisions.clear()
    registrations[0] += 1


def registered_function(kind: type) -> Describer | None:
    """Return the function registered for ``kind`` or its nearest base, or None."""
    if not _registered:
        return None
    found = (_registered.get(id(each)) for each in _raw.mro(kind))
    return next((entry[1] for entry in found if entry is not None), None)


def _check_class(cls: Any) -> None:
    if not _raw.inherits(type(cls), type):
        raise TypeError(f"register_capture: expected a class, not an object of type {_raw.type_name(type(cls))}")
    if any(cls is each for each in _BY_VALUE):
        raise TypeError(f"register_capture: {_raw.type_name(cls)} is captured by value and cannot be registered")
