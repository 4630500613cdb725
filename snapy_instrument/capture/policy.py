"""What the walks through the values of one recording share."""

from __future__ import annotations

__all__ = ["Policy", "hides"]

from collections.abc import Sequence
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.decide import decide, unknown
from snapy_instrument.capture.describers.registry import decisions, registrations
from snapy_instrument.capture.identity import Constructing, Identities
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.capture.redaction.names import Secrecy
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.capture.strings import Texts, digest
from snapy_instrument.capture.tables import Tables
from snapy_instrument.capture.views import Blob, DictView, ListView
from snapy_instrument.values import REDACTED, UNSET, Mark

keep_builtins(globals())

_NEVER = Secrecy.NEVER
_MOST_CACHED = 4096
_LONGEST_NAME = 100
# Ints of up to 1000 digits are kept.
_LARGE = 10**1000
_SMALL = -_LARGE
# 10,000 / 33,219 is a little less than log10(2).
_DIGITS_PER_BIT = (10_000, 33_219)
_READ_BITS = 1 << 23


class Policy:
    """Limits, verdicts on names and texts, and the identities seen.

    Attributes:
        secrecy: Decides the `Secrecy` of a name.
        secrecies: Names it has decided.
        harmless: Names of fields, as tuples, of which none is a secret's.
        constructing: Ids of objects that are inside their ``__init__``: told by type and identity alone.
    """

    __slots__ = ("constructing", "harmless", "identities", "limits", "secrecies", "secrecy", "tables", "texts")

    def __init__(self, limits: Limits, redactor: Redactor) -> None:
        self.limits = limits
        self.secrecy = redactor.secrecy
        self.secrecies = redactor.secrecy.known
        self.harmless: set[tuple[str | None, ...]] = set()
        self.texts = Texts(limits, redactor)
        self.identities = Identities()
        self.constructing = Constructing()
        self.tables = Tables(
            clean=self.texts.clean,
            clean_data=self.texts.clean_data,
            lookups=self.texts.lookups,
            secrecies=self.secrecies,
            harmless=self.harmless,
            constructing=self.constructing.counts,
            refs=self.identities.refs.entries,
            numbers=self.identities.numbers,
            decisions=decisions.entries,
            registrations=registrations,
            views=(ListView, DictView, Blob),
            unknown=unknown,
            never=_NEVER,
            builtins=_raw.BUILTINS,
            depth=limits.depth,
            items=limits.items,
            nodes=limits.nodes,
        )

    def hides_under(self, key: Any, value: Any) -> bool:
        """``value`` stands under the key, field or header ``key``, and is to be redacted."""
        kind = type(key)
        if kind is not str:
            if kind is bytes:
                key = key[: _LONGEST_NAME + 1].decode("latin-1")
            elif kind is int or kind is float or key is None or not decide(kind).is_text:
                return False
            elif _raw.inherits(kind, str):
                key = str.__str__(key)
            else:
                return False
        return hides(self.secrecy(key), value)

    def redacted_fields(self, names: tuple[str | None, ...], values: Sequence[Any]) -> Sequence[Any]:
        """Values of fields, `REDACTED` where the name says so; names without secrets are kept in `harmless`."""
        if names in self.harmless:
            return values
        if all(name is None or self.secrecy(name) is _NEVER for name in names):
            if len(self.harmless) >= _MOST_CACHED:
                self.harmless.clear()
            self.harmless.add(names)
            return values
        pairs = zip(names, values, strict=True)
        return [REDACTED if n is not None and self.hides_under(n, value) else value for n, value in pairs]

    def large_int(self, number: int) -> Any:
        """An int of more than 1000 digits by its size; it is never written in decimal, which takes long."""
        if _SMALL < number < _LARGE:
            return number
        bits = number.bit_length()
        size, read = bits // 8 + 1, number
        if bits > _READ_BITS:
            half = _READ_BITS // 2
            size, read = _READ_BITS // 8 + 1, (number >> (bits - half) << half) + (number & ((1 << half) - 1))
        known = digest(b"%d:" % bits + read.to_bytes(size, "little", signed=True))
        digits = bits * _DIGITS_PER_BIT[0] // _DIGITS_PER_BIT[1] + 1
        return Mark(f"<int of {digits} digits #{known}>")


def hides(secrecy: Secrecy | Lookup, value: Any) -> bool:
    """A value of that secrecy is redacted; None, True, False and an unset field have nothing to hide."""
    if secrecy is _NEVER or value is None or value is True or value is False or value is UNSET:
        return False
    if secrecy is Secrecy.ALWAYS:
        return True
    kind = type(value)
    is_text = kind is str or kind is bytes or kind is bytearray or decide(kind).is_text
    return secrecy.hides(value, is_text=is_text) if type(secrecy) is Lookup else is_text
