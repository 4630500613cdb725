"""Dead descriptions of live values: capture makes them, and the text of a trace shows them.

Scalars and builtin containers are captured as equal copies of themselves. Everything else becomes one of the
classes below: immutable, comparable by value, without a reference to what it describes.
"""

from __future__ import annotations

__all__ = [
    "CIRCUMSTANCES",
    "CYCLE",
    "NOT_CAPTURED",
    "REDACTED",
    "TOO_DEEP",
    "UNSET",
    "Cut",
    "Mark",
    "Ref",
    "Struct",
]

from dataclasses import dataclass
from typing import Any

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())


@dataclass(frozen=True, slots=True)
class Ref:
    """An object known by type and identity alone: ``<Gateway#1>``.

    ``serial`` identifies an object of one recording; it is None where identity cannot be followed without
    keeping the object alive (no weak references). The text of a trace renumbers serials by first appearance.
    """

    type_name: str
    serial: int | None = None

    def __repr__(self) -> str:
        return f"<{self.type_name}>" if self.serial is None else f"<{self.type_name}#{self.serial}>"


@dataclass(frozen=True, slots=True)
class Struct:
    """A value described by its parts: ``Item(sku='pen', qty=2)``; a part named None is positional."""

    type_name: str
    fields: tuple[tuple[str | None, Any], ...]

    def __repr__(self) -> str:
        parts = (repr(value) if name is None else f"{name}={value!r}" for name, value in self.fields)
        return f"{self.type_name}({', '.join(parts)})"


@dataclass(frozen=True, slots=True)
class Mark:
    """A text without quotes: ``<redacted>``, ``<cycle>``, ``Color.RED``, ``<function shop.total>``."""

    text: str

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Cut:
    """The beginning of a value too large to keep, and a digest of the rest: ``'aaa'...<+997 chars #1f0c2a3b>``.

    ``shown`` is what was kept: a str, bytes, list, tuple, dict, set, frozenset or `Struct`. ``hidden`` counts what was
    not, in ``unit`` ("chars", "bytes", "items", "fields"). Two values that differ only in the hidden part
    have different digests.
    """

    shown: Any
    hidden: int
    unit: str
    digest: str

    def __repr__(self) -> str:
        return f"{self.shown!r}...<+{self.hidden} {self.unit} #{self.digest}>"


REDACTED = Mark("<redacted>")
CYCLE = Mark("<cycle>")
NOT_CAPTURED = Mark("<not captured: detail='minimal'>")
"""In place of every value of a recording at the level minimal, which shows none."""
TOO_DEEP = Mark("<too deep>")
UNSET = Mark("<unset>")
CIRCUMSTANCES = frozenset({"__notes__", "__cause__", "__context__"})
"""Fields of an exception that only verbose texts show, and messages do not hold; they are its last ones."""
