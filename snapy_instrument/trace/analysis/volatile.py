"""Measured quantities: numbers to a program, ``<volatile>`` to a snapshot."""

from __future__ import annotations

__all__ = ["Volatile", "VolatileList"]

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import Any, TypeVar, overload

_Item = TypeVar("_Item")

_TEXT = "<volatile>"


def _bare(other: object) -> Any:
    """Return the number that ``other`` is, or None."""
    if isinstance(other, Volatile):
        return other.value
    return other if isinstance(other, int | float | Real) else None


def _forward(operation: Callable[[Any, Any], Any]) -> Callable[[Volatile, Any], Any]:
    def apply(self: Volatile, other: Any) -> Any:
        number = _bare(other)
        return NotImplemented if number is None else Volatile(operation(self.value, number))

    return apply


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Volatile, Any], Any]:
    def apply(self: Volatile, other: Any) -> Any:
        number = _bare(other)
        return NotImplemented if number is None else Volatile(operation(number, self.value))

    return apply


class Volatile:
    """A measured number. It compares, converts, formats and hashes as the number; its text is ``<volatile>``.

    Arithmetic with numbers gives a `Volatile` again: what is computed from a measurement is no more stable.
    ``float()``, ``int()``, `value` and a format with a specification (``f"{seconds:.3f}"``) give the number away.
    """

    # Not a float subclass: JSON snapshots would show the number of one.
    __slots__ = ("value",)

    value: float

    def __init__(self, value: float | Volatile) -> None:
        object.__setattr__(self, "value", value.value if isinstance(value, Volatile) else value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Volatile cannot be changed (setting {name!r}): make a new one")

    def __repr__(self) -> str:
        return _TEXT

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else _TEXT

    def __eq__(self, other: object) -> bool:
        number = _bare(other)
        return NotImplemented if number is None else bool(self.value == number)

    def __lt__(self, other: object) -> bool:
        number = _bare(other)
        return NotImplemented if number is None else bool(self.value < number)

    def __le__(self, other: object) -> bool:
        number = _bare(other)
        return NotImplemented if number is None else bool(self.value <= number)

    def __gt__(self, other: object) -> bool:
        number = _bare(other)
        return NotImplemented if number is None else bool(self.value > number)

    def __ge__(self, other: object) -> bool:
        number = _bare(other)
        return NotImplemented if number is None else bool(self.value >= number)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __trunc__(self) -> int:
        return math.trunc(self.value)

    def __floor__(self) -> int:
        return math.floor(self.value)

    def __ceil__(self) -> int:
        return math.ceil(self.value)

    def __round__(self, digits: int | None = None) -> Any:
        return Volatile(round(self.value, digits)) if digits is not None else round(self.value)

    def __neg__(self) -> Volatile:
        return Volatile(-self.value)

    def __pos__(self) -> Volatile:
        return self

    def __abs__(self) -> Volatile:
        return Volatile(abs(self.value))

    def __reduce__(self) -> tuple[type[Volatile], tuple[float]]:
        return Volatile, (self.value,)

    def __copy__(self) -> Volatile:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Volatile:
        return self

    __add__ = _forward(operator.add)
    __radd__ = _reflected(operator.add)
    __sub__ = _forward(operator.sub)
    __rsub__ = _reflected(operator.sub)
    __mul__ = _forward(operator.mul)
    __rmul__ = _reflected(operator.mul)
    __truediv__ = _forward(operator.truediv)
    __rtruediv__ = _reflected(operator.truediv)
    __floordiv__ = _forward(operator.floordiv)
    __rfloordiv__ = _reflected(operator.floordiv)
    __mod__ = _forward(operator.mod)
    __rmod__ = _reflected(operator.mod)
    __pow__ = _forward(operator.pow)
    __rpow__ = _reflected(operator.pow)


# pytest.approx and others ask isinstance(x, Number).
Real.register(Volatile)


class VolatileList(Sequence[_Item]):
    """A list whose order or length was measured, such as a ranking by time; its text is ``<volatile>``.

    Equal to a list, tuple or `VolatileList` with equal items. Not a list subclass, so a snapshot shows no item.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[_Item] = ()) -> None:
        self._items = list(items)

    @overload
    def __getitem__(self, index: int) -> _Item: ...

    @overload
    def __getitem__(self, index: slice) -> VolatileList[_Item]: ...

    def __getitem__(self, index: int | slice) -> _Item | VolatileList[_Item]:
        return VolatileList(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return _TEXT

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list | tuple | VolatileList):
            return NotImplemented
        return self._items == list(other)

    __hash__ = None  # type: ignore[assignment]
