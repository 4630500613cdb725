"""What data frames and tables share: the digest of a column.

A digest is of values, not of memory: it is the same for contiguous, strided, chunked and sliced data, for either byte
order, and for texts however they are stored. Of a frame of more than `MOST_VALUES` values an even sample is read.
"""

from __future__ import annotations

__all__ = ["MOST_VALUES", "column_mark", "numbers_digest", "sampling_step", "values_digest"]

import datetime
import math
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.arrays import data_of
from snapy_instrument.values import Mark

keep_builtins(globals())

MOST_VALUES = 200_000
"""Values of a frame that are read one by one (0.1 s); of numbers in one piece of memory ten times as many."""
_MOST_NUMBERS = 10 * MOST_VALUES


def column_mark(kind: str, known: str) -> Mark:
    """Return ``<float64 #1f0c2a3b>``."""
    return Mark(f"<{kind} #{known}>")


def sampling_step(size: int, columns: int = 1, numbers: bool = False) -> int:
    """Return the distance of the values that are read of a column of ``size`` in a frame of ``columns``."""
    return size * columns // (_MOST_NUMBERS if numbers else MOST_VALUES) + 1


def numbers_digest(array: Any, missing: Any = None, columns: int = 1) -> str | None:
    """Return the digest of a numpy array of numbers, dates or booleans; None for one of other values.

    Args:
        array: One dimension, any layout.
        missing: A mask of the same size, True where there is no value.
        columns: The width of the frame that it is in, which shares what may be read.
    """
    if array.dtype.kind not in "biufcmM":
        return None
    step = sampling_step(array.size, columns, numbers=True)
    shown, data = array[::step], b""
    if missing is not None and missing.any():
        gaps = missing[::step]
        shown = shown.copy()
        shown[gaps] = shown.dtype.type(0)  # what is in the memory of a gap depends on how it was made
        data = data_of(gaps)
    return blake2b(b"%d:" % array.size + data_of(shown) + data, digest_size=4).hexdigest()


def values_digest(values: Iterable[Any], size: int) -> str:
    """Return the digest of Python values; those of other types than builtins, dates and decimals count by type."""
    known = blake2b(b"%d:" % size, digest_size=4)
    for value in values:
        token = _token(value)
        known.update(b"%d:" % len(token) + token)
    return known.hexdigest()


def _token(value: Any, depth: int = 0) -> bytes:
    kind = type(value)
    make = _TOKENS.get(kind)
    if make is not None:
        return make(value)
    if (kind is list or kind is tuple or kind is dict) and depth < _DEEPEST:
        parts = [part for pair in value.items() for part in pair] if kind is dict else value
        tokens = [_token(part, depth + 1) for part in parts]
        return b"l" + b"".join([b"%d:" % len(token) + token for token in tokens])
    for base in (datetime.datetime, datetime.timedelta):
        if _raw.inherits(kind, base) and _raw.module_of(kind).partition(".")[0] in ("pandas", "datetime"):
            return b"t" + str(value).encode()
    if kind is _raw.module_attribute("decimal", "Decimal"):
        return b"d" + str(value).encode()
    if _raw.type_name(kind) in ("NAType", "NaTType", "NoneType"):
        return b"n"
    item = getattr(value, "item", None) if _raw.module_of(kind) == "numpy" else None
    if item is not None and _raw.type_name(kind) != "ndarray":
        return _token(item(), depth + 1) if depth < _DEEPEST else b"o"
    return b"o" + _raw.class_text(kind).encode("utf-8", "surrogatepass")


_DEEPEST = 6


def _float_token(value: float) -> bytes:
    return b"n" if math.isnan(value) else b"f%.12g" % (value + 0.0)


_TOKENS: dict[type, Callable[[Any], bytes]] = {
    str: lambda value: b"s" + value.encode("utf-8", "surrogatepass"),
    int: lambda value: b"i%x" % value,
    bool: lambda value: b"b%d" % value,
    float: _float_token,
    type(None): lambda value: b"n",
    bytes: lambda value: b"y" + value,
    datetime.date: lambda value: b"t" + value.isoformat().encode(),
    datetime.time: lambda value: b"t" + value.isoformat().encode(),
}
