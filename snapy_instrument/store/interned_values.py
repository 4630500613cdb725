"""Interning of dead values: equal ones have one number.

Equal means of the same type, with equal parts in the same order: ``1``, ``1.0`` and ``True`` differ, and so do ``0.0``
and ``-0.0``, and dicts whose keys are in another order. Texts of equal values are equal.
"""

from __future__ import annotations

__all__ = ["InternedValues"]

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.values import Cut, Mark, Ref, Struct

keep_builtins(globals())

_DEEPEST = 150
"""Containers nested deeper are not compared: the hash of a nested tuple uses the C stack."""


class _TooNested(Exception):
    """A value is nested too deep, or holds itself."""


class InternedValues:
    """A table of values, each once. The value with the number 0 is None.

    Args:
        values: Values that have their numbers already, the first of them None; later equal ones get new numbers.

    Attributes:
        values: The values by number; not to be changed.
    """

    __slots__ = ("_floats", "_known", "_numbers", "values")

    def __init__(self, values: Iterable[Any] = (None,)) -> None:
        self.values = list(values)
        self._numbers: dict[Hashable, int] = {None: 0}
        self._floats: dict[float, int] = {}
        self._known: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"<InternedValues: {len(self.values)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return InternedValues, (self.values,)

    def number(self, value: Any) -> int:
        """Return the number of ``value``, which is added if no equal one is known."""
        kind = type(value)
        key: Hashable
        try:
            key = value if kind in _PLAIN else _KEYS[kind](value, _DEEPEST)
            found = self._numbers.get(key)
        except (_TooNested, LookupError, TypeError):
            # Nothing that capture makes. The table keeps the value, so its id is unique.
            key = (object, id(value))
            found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.values)
            self.values.append(value)
        return found

    def number_kept(self, value: Any) -> int:
        """Return what `number` returns, for a value that the caller keeps alive until `forget_objects`.

        An object met again is known by its identity, which saves a walk through it: three of four captured containers
        were captured before.
        """
        kind = type(value)
        if kind in _PLAIN:
            found = self._numbers.get(value)
            return self.number(value) if found is None else found
        if kind is float:
            found = self._floats.get(value)
            if found is None:
                found = self.number(value)
                if value:  # 0.0 and -0.0 are equal keys
                    self._floats[value] = found
            return found
        found = self._known.get(id(value))
        if found is None:
            found = self._known[id(value)] = self.number(value)
        return found

    def forget_objects(self) -> None:
        """Forget which objects were met; what they are equal to is still known."""
        self._known.clear()


def _key(value: Any, room: int) -> Hashable:
    kind = type(value)
    if kind in _PLAIN:
        made: Hashable = value
        return made
    make = _KEYS.get(kind)
    return (object, id(value)) if make is None else make(value, room)


def _float(value: float, room: int) -> Hashable:
    # Zeros with two signs are equal keys, and not-a-number is equal to nothing.
    return (float, value) if value and value == value else (float, repr(value))


def _complex(value: complex, room: int) -> Hashable:
    return (complex, repr(value))


def _scalar(kind: type) -> Callable[[Any, int], Hashable]:
    return lambda value, room: (kind, value)


def _sequence(kind: type) -> Callable[[Any, int], Hashable]:
    def key(value: Any, room: int) -> Hashable:
        if not room:
            raise _TooNested
        return (kind, *[_key(item, room - 1) for item in value])

    return key


def _set(kind: type) -> Callable[[Any, int], Hashable]:
    def key(value: Any, room: int) -> Hashable:
        if not room:
            raise _TooNested
        return (kind, frozenset([_key(item, room - 1) for item in value]))

    return key


def _dict(value: dict[Any, Any], room: int) -> Hashable:
    if not room:
        raise _TooNested
    inside = room - 1
    return (dict, *[(_key(name, inside), _key(item, inside)) for name, item in value.items()])


def _struct(value: Struct, room: int) -> Hashable:
    if not room:
        raise _TooNested
    inside = room - 1
    return (Struct, value.type_name, *[(name, _key(item, inside)) for name, item in value.fields])


def _ref(value: Ref, room: int) -> Hashable:
    return (Ref, value.type_name, value.serial)


def _mark(value: Mark, room: int) -> Hashable:
    return (Mark, value.text)


def _cut(value: Cut, room: int) -> Hashable:
    if not room:
        raise _TooNested
    return (Cut, _key(value.shown, room - 1), value.hidden, value.unit, value.digest)


_KEYS: dict[type, Callable[[Any, int], Hashable]] = {
    bool: _scalar(bool),
    bytes: _scalar(bytes),
    bytearray: lambda value, room: (bytearray, bytes(value)),
    float: _float,
    complex: _complex,
    list: _sequence(list),
    tuple: _sequence(tuple),
    set: _set(set),
    frozenset: _set(frozenset),
    dict: _dict,
    Struct: _struct,
    Ref: _ref,
    Mark: _mark,
    Cut: _cut,
}
_PLAIN = frozenset({str, int, type(None)})
