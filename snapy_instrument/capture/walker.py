"""`Capture`: live value in, bounded, safe, redacted, dead plain value out.

Nothing here runs code of the user's but functions given to `register_capture`: types are compared with ``is``,
and only methods of exact builtin types are called.
"""

from __future__ import annotations

__all__ = ["Capture"]

from collections.abc import Sequence
from typing import Any, ClassVar

from snapy_instrument.capture import raw
from snapy_instrument.capture.describe import decide
from snapy_instrument.capture.identity import Constructing, Identities
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.plain import failed, fields_text, message_text, only_text
from snapy_instrument.capture.redact import Redactor, Secrecy
from snapy_instrument.capture.text import Budget, Texts, digest
from snapy_instrument.capture.walk import LARGE, Walk, are_scalars
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.values import REDACTED, UNSET, Mark, Ref, Struct

_NEVER = Secrecy.NEVER
_SMALL = -LARGE
_MOST_CACHED = 4096
_LONGEST_NAME = 100
# 10,000 / 33,219 is a little less than log10(2).
_DIGITS_PER_BIT = (10_000, 33_219)
_READ_BITS = 1 << 23


class Capture:
    """Makes plain values of live ones, with the identities and verdicts of one recording.

    Attributes:
        PLAIN: The `Secrecy` of names that say nothing.
        limits: How much is kept.
        constructing: Ids of objects that are inside their ``__init__``: described by `bare` alone.
        harmless: Names of fields, as tuples, of which none is a secret's.
    """

    PLAIN: ClassVar[Secrecy] = _NEVER

    def __init__(self, limits: Limits | None = None, redactor: Redactor | None = None) -> None:
        self.limits = Limits() if limits is None else limits
        redactor = Redactor() if redactor is None else redactor
        self.secrecy = redactor.secrecy
        self.secrecies = redactor.secrecy.known
        self.texts = Texts(self.limits, redactor)
        self.identities = Identities()
        self.constructing = Constructing()
        self.harmless: set[tuple[str | None, ...]] = set()
        self._clean = self.texts.clean
        self._items = self.limits.items
        self._idle: list[Walk] = []

    def value(self, obj: Any, secrecy: Secrecy = _NEVER) -> Any:
        """``obj`` as a plain value; ``secrecy`` is that of its name. Raises no Exception.

        What goes wrong in here becomes ``<capture failed: ExcType>``. An exception that a signal handler of the
        program raises meanwhile is let through.
        """
        if secrecy is _NEVER:
            kind = type(obj)
            if kind is str:
                if obj in self._clean:
                    return obj
            elif kind is int:
                if -1_000_000_000 < obj < 1_000_000_000:
                    return obj
            elif obj is None or kind is bool or kind is float:
                return obj
            elif kind is list and len(obj) <= self._items:
                made = obj[:]
                if are_scalars(made, self._clean):
                    return made
        try:
            if secrecy is not _NEVER and hides(secrecy, obj):
                return REDACTED
            return self._walked(obj)
        except Exception as error:
            return failed(error)

    def _walked(self, obj: Any) -> Any:
        try:
            walk = self._idle.pop()
        except IndexError:
            walk = Walk(self)
        value = walk.value(obj)
        walk.reset()
        self._idle.append(walk)
        return value

    def bare(self, obj: Any) -> Ref:
        """``obj`` by type and identity alone."""
        return self.identities.ref(obj, raw.type_name(type(obj)))

    def is_secret(self, name: str) -> bool:
        """Some values called ``name`` are redacted; `secrecy` tells which."""
        return self.secrecy(name) is not _NEVER

    def exception(self, exc: BaseException) -> tuple[ExceptionInfo, Struct]:
        """Type name and message, and the description; ``__str__`` is not called. Raises no Exception."""
        title = raw.type_name(type(exc))
        described = self.value(exc)
        if type(described) is not Struct:
            described = Struct(title, ((None, described),))
        try:
            text = only_text(described)
            message = (
                self.texts.text(fields_text(described), Budget(0, 0, self.limits.chars))
                if text is None
                else text
            )
        except Exception as error:
            message = failed(error)
        return ExceptionInfo(title, message_text(message)), described

    def forget(self) -> None:
        """Drop all that is known of live objects and texts."""
        self.identities.forget()
        self.texts.forget()

    def hides_under(self, key: Any, value: Any) -> bool:
        """``value`` stands under the key, field or header ``key``, and is to be redacted."""
        kind = type(key)
        if kind is not str:
            if kind is bytes:
                key = key[: _LONGEST_NAME + 1].decode("latin-1")
            elif kind is int or kind is float or key is None or not decide(kind).is_text:
                return False
            elif raw.inherits(kind, str):
                key = str.__str__(key)
            else:
                return False
        return hides(self.secrecy(key), value)

    def redacted_fields(self, names: tuple[str | None, ...], values: Sequence[Any]) -> Sequence[Any]:
        """Values of fields, `REDACTED` where the name says so; names without secrets are kept in `harmless`."""
        if all(name is None or self.secrecy(name) is _NEVER for name in names):
            if len(self.harmless) >= _MOST_CACHED:
                self.harmless.clear()
            self.harmless.add(names)
            return values
        pairs = zip(names, values, strict=True)
        return [REDACTED if n is not None and self.hides_under(n, value) else value for n, value in pairs]

    def large_int(self, number: int) -> Any:
        """An int of more than 1000 digits by its size; it is never written in decimal, which takes long."""
        if _SMALL < number < LARGE:
            return number
        bits = number.bit_length()
        size, read = bits // 8 + 1, number
        if bits > _READ_BITS:
            half = _READ_BITS // 2
            size, read = _READ_BITS // 8 + 1, (number >> (bits - half) << half) + (number & ((1 << half) - 1))
        known = digest(b"%d:" % bits + read.to_bytes(size, "little", signed=True))
        digits = bits * _DIGITS_PER_BIT[0] // _DIGITS_PER_BIT[1] + 1
        return Mark(f"<int of {digits} digits #{known}>")


def hides(secrecy: Secrecy, value: Any) -> bool:
    """A value of that secrecy is redacted; None, True, False and an unset field have nothing to hide."""
    if secrecy is _NEVER or value is None or value is True or value is False or value is UNSET:
        return False
    if secrecy is Secrecy.ALWAYS:
        return True
    kind = type(value)
    return kind is str or kind is bytes or kind is bytearray or decide(kind).is_text
