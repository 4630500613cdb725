"""Values of a trace replaced or left out, by functions such as syrupy's matchers and filters.

The path of a value is the name of its call, then the name of the argument, ``return``, ``raises`` or ``yields``, then
the keys inside the value: keys of a dict, places in a list, names of fields. Each step goes with the type of what it
leads to, as in ``(("shop.pay", CallEvent), ("order", dict), ("id", int))``.
"""

from __future__ import annotations

__all__ = ["RAISES", "RETURN", "YIELDS", "Filter", "Matcher", "Path", "Revision"]

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from snapy_instrument.events import CallEvent
from snapy_instrument.values import Cut, Mark, Ref, Struct

Path: TypeAlias = tuple[tuple[Any, type], ...]
Matcher: TypeAlias = Callable[..., Any]
"""Called as ``matcher(data=value, path=path)``; its result replaces the value."""
Filter: TypeAlias = Callable[..., Any]
"""Called as ``include(prop=name, path=path)``; the path leads to what holds the name."""

RETURN, RAISES, YIELDS = "return", "raises", "yields"

_CAPTURED = (str, bytes, bytearray, bool, int, float, complex, type(None), list, tuple, dict, set, frozenset)
_DEAD = (Struct, Ref, Mark, Cut)
_REVIVED: dict[str, Callable[[str], Any]] = {
    "Decimal": Decimal,
    "UUID": UUID,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}
_DEEPEST = 100


class _Member(NamedTuple):
    """A part of a value: the step that leads to it, what rebuilds it (a field's name), and the part."""

    key: Any
    name: Any
    value: Any


class Revision:
    """A choice of what is kept of a trace, and of replacements for its values.

    Dates, times, UUIDs and decimals are handed to the functions as themselves, other values as they were captured.

    Args:
        matcher: Receives each value, containers before what is in them, and returns a replacement, or the value.
        include: What is kept: a call if this is true of it or of anything directly in it; of a value only the members
            for which it is true, if there are any.
        exclude: What is left out, whatever is included: calls, arguments, ends of calls, members of values. What a call
            called stays, one level up.
        path: The path of the trace, if it is part of another value.
    """

    def __init__(
        self,
        matcher: Matcher | None = None,
        include: Filter | None = None,
        exclude: Filter | None = None,
        path: Path = (),
    ) -> None:
        self._matcher = matcher
        self._include = include
        self._exclude = exclude
        self._path = path

    def __repr__(self) -> str:
        return "<Revision>"

    @property
    def drops_calls(self) -> bool:
        """Whether calls may be left out."""
        return self._include is not None or self._exclude is not None

    def has_call(self, call: str, props: Iterable[str]) -> bool:
        """Return whether a call with these arguments and this end is kept."""
        if self._exclude is not None and self._exclude(prop=call, path=self._path):
            return False
        if self._include is None or self._include(prop=call, path=self._path):
            return True
        return any(self._include(prop=prop, path=self._inside(call)) for prop in props)

    def has(self, call: str, prop: str) -> bool:
        """Return whether an argument or the end of a call is kept."""
        return self._allows(prop, self._inside(call))

    def value(self, call: str, prop: str, value: Any) -> Any:
        """Return the replacement of ``value``; the same object where nothing in it changed."""
        return self._revised(value, (*self._inside(call), (prop, type(_revived(_shown(value))))))

    def _inside(self, call: str) -> Path:
        return (*self._path, (call, CallEvent))

    def _allows(self, prop: Any, path: Path) -> bool:
        if self._exclude is not None and self._exclude(prop=prop, path=path):
            return False
        return self._include is None or bool(self._include(prop=prop, path=path))

    def _revised(self, value: Any, path: Path) -> Any:
        if type(value) is Cut:
            shown = self._revised(value.shown, path)
            return replace(value, shown=shown) if type(shown) is type(value.shown) else shown
        if self._matcher is not None:
            live = _revived(value)
            given = self._matcher(data=live, path=path)
            value = value if given is live else _described(given)
        members = _members(value)
        return value if members is None or len(path) > _DEEPEST else self._with_members(value, members, path)

    def _with_members(self, value: Any, members: list[_Member], path: Path) -> Any:
        kept = members
        if self._include is not None:
            kept = [each for each in members if self._include(prop=each.key, path=path)] or members
        if self._exclude is not None:
            kept = [each for each in kept if not self._exclude(prop=each.key, path=path)]
        found = [
            each._replace(value=self._revised(each.value, (*path, (each.key, type(_revived(_shown(each.value)))))))
            for each in kept
        ]
        same = len(found) == len(members) and all(a.value is b.value for a, b in zip(found, members, strict=True))
        return value if same else _rebuilt(value, found)


def _shown(value: Any) -> Any:
    return value.shown if type(value) is Cut else value


def _revived(value: Any) -> Any:
    """Return a live value for the description of a date, time, UUID or decimal; other values unchanged."""
    if type(value) is not Struct or value.type_name not in _REVIVED or len(value.fields) != 1:
        return value
    name, text = value.fields[0]
    if name is not None or type(text) is not str:
        return value
    try:
        return _REVIVED[value.type_name](text)
    except (ValueError, ArithmeticError):  # a class of the program that only has the name
        return value


def _described(value: Any) -> Any:
    return value if type(value) in _CAPTURED or isinstance(value, _DEAD) else Mark(repr(value))


def _members(value: Any) -> list[_Member] | None:
    kind = type(value)
    if kind is list or kind is tuple:
        return [_Member(place, None, each) for place, each in enumerate(value)]
    if kind is dict:
        return [_Member(key, None, each) for key, each in value.items()]
    if kind is set or kind is frozenset:
        return [_Member(each, None, each) for each in value]
    if kind is Struct:
        return [_Member(place if name is None else name, name, each) for place, (name, each) in enumerate(value.fields)]
    return None


def _rebuilt(value: Any, members: list[_Member]) -> Any:
    kind = type(value)
    if kind is dict:
        return {each.key: each.value for each in members}
    if kind is Struct:
        return Struct(value.type_name, tuple((each.name, each.value) for each in members))
    if kind is set or kind is frozenset:
        return kind(each.value if _is_hashable(each.value) else Mark(repr(each.value)) for each in members)
    return kind(each.value for each in members)


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return isinstance(value, Hashable)
