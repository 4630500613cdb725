"""The policy of one recording: its limits, its judgement of names and texts, its identities."""

from __future__ import annotations

__all__ = ["Policy", "hides"]

from collections import ChainMap
from collections.abc import Sequence
from types import FunctionType, MethodType
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.callables import CALLABLES, describe_class
from snapy_instrument.capture.describers.decide import decide, unknown
from snapy_instrument.capture.describers.registry import Frames, decisions, registrations
from snapy_instrument.capture.describers.stdlib import STDLIB
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
    """What all walks of one recording share.

    Attributes:
        limits: How much of a value is kept.
        frames: How much of a data frame is shown.
        secrecy: ``secrecy(name)`` judges a name.
        secrecies: Names that were judged.
        harmless: Names of fields, as tuples, without the name of a secret.
        texts: Makes texts and bytes plain.
        identities: Numbers objects.
        constructing: Ids of objects inside their ``__init__``, which are described by type and identity alone.
        tables: The tables of all these, for the native twin.
    """

    __slots__ = (
        "constructing",
        "frames",
        "harmless",
        "identities",
        "limits",
        "secrecies",
        "secrecy",
        "tables",
        "texts",
    )

    def __init__(
        self, limits: Limits, redactor: Redactor, frames: Frames = "shape", instead: Mark | None = None
    ) -> None:
        self.limits = limits
        self.frames = frames
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
            constructing=self.constructing,
            refs=self.identities.refs,
            numbers=self.identities.numbers,
            decisions=decisions.entries,
            registrations=registrations,
            views=(ListView, DictView, Blob),
            unknown=unknown,
            never=_NEVER,
            builtins=_raw.BUILTINS,
            always=Secrecy.ALWAYS,
            text_only=Secrecy.TEXT,
            redacted=REDACTED,
            instead=instead,
            function_describer=CALLABLES[FunctionType],
            method_describer=CALLABLES[MethodType],
            class_describer=describe_class,
            chain_describer=STDLIB[ChainMap],
            depth=limits.depth,
            items=limits.items,
            chars=limits.chars,
            nodes=limits.nodes,
            digest_nodes=limits.digest_nodes,
            digest_chars=limits.digest_chars,
            total_chars=limits.total_chars,
        )

    def hides_under(self, key: Any, value: Any) -> bool:
        """Return whether ``value``, found under the key, field or header ``key``, is redacted."""
        kind = type(key)
        if kind is not str:
            if kind is bytes:
                # Longer keys are no names; latin-1 decodes any bytes.
                key = key[: _LONGEST_NAME + 1].decode("latin-1")
            elif kind is int or kind is float or key is None or not decide(kind).is_text:
                return False
            # By the C function: a subclass of str may define its own.
            elif _raw.inherits(kind, str):
                key = str.__str__(key)
            else:
                return False
        return hides(self.secrecy(key), value)

    def redacted_fields(self, names: tuple[str | None, ...], values: Sequence[Any]) -> Sequence[Any]:
        """Return the values of fields, `REDACTED` if the name says so. Names without a secret go to `harmless`."""
        # Most objects are of few classes, so one look replaces a judgement a field.
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
        """Return an int; one of more than 1000 digits by its size, as writing it in decimal takes quadratic time."""
        # Comparing looks at the sizes first, so it is quick for any length.
        if _SMALL < number < _LARGE:
            return number
        # Decimal digits of a large int take quadratic time, and Python refuses more than 4,300 of them.
        bits = number.bit_length()
        size, read = bits // 8 + 1, number
        if bits > _READ_BITS:
            # Of more than eight million bits both ends: what is read of one value is bounded, as it is for texts.
            half = _READ_BITS // 2
            size, read = _READ_BITS // 8 + 1, (number >> (bits - half) << half) + (number & ((1 << half) - 1))
        known = digest(b"%d:" % bits + read.to_bytes(size, "little", signed=True))
        digits = bits * _DIGITS_PER_BIT[0] // _DIGITS_PER_BIT[1] + 1
        return Mark(f"<int of {digits} digits #{known}>")


def hides(secrecy: Secrecy | Lookup, value: Any) -> bool:
    """Return whether a value of that secrecy is redacted. None, True, False and an unset field hide nothing."""
    if secrecy is _NEVER or value is None or value is True or value is False or value is UNSET:
        return False
    if secrecy is Secrecy.ALWAYS:
        return True
    kind = type(value)
    # Of subclasses of str and bytes too, by their type: isinstance would ask the `__class__` of the object.
    is_text = kind is str or kind is bytes or kind is bytearray or decide(kind).is_text
    return secrecy.hides(value, is_text=is_text) if type(secrecy) is Lookup else is_text
