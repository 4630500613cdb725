"""Compares arguments that a test expects with captured ones."""

from __future__ import annotations

__all__ = ["Expected"]

from collections.abc import Callable, Mapping
from typing import Any

from snapy_instrument._words import shorten
from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.values import Cut, Mark, Ref, Struct

_DEAD = (Struct, Ref, Mark, Cut)
_LONGEST = 80


class Expected:
    """Some arguments of a call, by name.

    A captured value is the expected one if the two are equal, if both have the same text, or if the expected one
    is the text of what was captured: ``"<Gateway#1>"``.

    Args:
        arguments: The expected values; whatever compares with ``==`` may be among them.
        values: Formats captured values.
        described: Captures a live object, where that is possible.
    """

    def __init__(
        self, arguments: Mapping[str, Any], values: ValueText, described: Callable[[Any], Any] = lambda value: value
    ) -> None:
        self._arguments = dict(arguments)
        self._values = values
        self._described = described

    def __bool__(self) -> bool:
        return bool(self._arguments)

    def __repr__(self) -> str:
        return f"<Expected: {self}>"

    def __str__(self) -> str:
        return ", ".join(f"{name}={shorten(_repr(value), _LONGEST)}" for name, value in self._arguments.items())

    def holds(self, node: CallNode) -> bool:
        """Return whether the call has all of them."""
        args = node.args
        return all(name in args and self._same(args[name], value) for name, value in self._arguments.items())

    def differences(self, node: CallNode) -> list[str]:
        """Return what the call has instead, in words."""
        args, found = node.args, []
        for name, value in self._arguments.items():
            if name not in args:
                found.append(f"it has no argument {name!r}, only {', '.join(args) or 'none at all'}")
            elif not self._same(args[name], value):
                found.append(f"{name} is {shorten(self._values.show(args[name]), _LONGEST)}")
        return found

    def _same(self, actual: Any, expected: Any) -> bool:
        if _equal(actual, expected):
            return True
        if isinstance(actual, _DEAD) and isinstance(expected, str):
            return self._values.show(actual) == expected
        if _equal(actual, self._described(expected)):
            return True
        # 0.1 + 0.2 is formatted as 0.3, also inside a list.
        return type(actual) is type(expected) and self._values.show(actual) == self._values.show(expected)


def _equal(actual: Any, expected: Any) -> bool:
    try:
        return bool(actual == expected)
    except Exception:  # arrays compare element by element and have no single answer
        return False


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception as error:
        return f"<{type(value).__name__} whose repr raised {type(error).__name__}>"
