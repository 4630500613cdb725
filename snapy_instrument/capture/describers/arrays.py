"""Describers of buffers and arrays: by their values if those are few, else by shape and digest."""

from __future__ import annotations

__all__ = ["BUFFERS", "KNOWN_ARRAYS", "data_of", "missing_describer", "rows_shown", "scalar_describer"]

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import BySetting, Frames
from snapy_instrument.capture.strings import digest
from snapy_instrument.capture.views import Blob, Describer, Description, ListView
from snapy_instrument.values import Mark

keep_builtins(globals())

# Elements of an array shown by value.
_FEW = 100
# Bytes of an array read in full for its digest; of a larger one, its start and an even sample.
_WHOLE_BYTES = 1 << 20
_SAMPLED = 1 << 14
_ROWS = 10_000
# First rows shown, and the most that are.
_HEAD = 5
_MOST_ROWS = 1000
# Of the 52 bits behind the point of a double; 39 are 12 digits.
_NOISE_BITS = 13

_KINDS = {"f": "float", "i": "int", "u": "uint", "b": "bool", "c": "complex", "O": "object"}


def _describe_bytearray(obj: Any) -> Description:
    return "bytearray", (None,), (Blob(len(obj), lambda start, stop: bytes(obj[start:stop])),)


def _describe_memoryview(obj: Any) -> Any:
    try:
        size = obj.nbytes
    except ValueError:
        return Mark("<memoryview released>")
    try:
        flat = obj.cast("B")
    except (TypeError, ValueError):  # with gaps, or of a structured format: only a copy is flat
        if size > _WHOLE_BYTES:
            return Mark(f"<memoryview of {size} bytes>")
        flat = obj.tobytes()
    return "memoryview", (None,), (Blob(size, lambda start, stop: bytes(flat[start:stop])),)


BUFFERS: dict[type, Describer] = {
    bytearray: _describe_bytearray,
    memoryview: _describe_memoryview,
}


def _describe_array(obj: Any) -> Description:
    return "array", (None, None), (obj.typecode, ListView(obj))


def _dtype_name(dtype: Any) -> str:
    """Return ``float64`` and the like, read from C fields; for other kinds the type string of the array protocol."""
    attribute = _raw.module_attribute("numpy", "dtype").__dict__
    kind, size = attribute["kind"].__get__(dtype), attribute["itemsize"].__get__(dtype)
    if kind == "b" or kind == "O":
        return _KINDS[kind]
    text = attribute["str"].__get__(dtype)
    return f"{_KINDS[kind]}{size * 8}" if kind in _KINDS else _raw.plain_name(text)


def _describe_ndarray(obj: Any) -> Any:
    name = _dtype_name(obj.dtype)
    # `size` and `dtype` are C fields of exactly this type; a subclass has no describer here.
    if obj.size <= _FEW and obj.size:
        return "ndarray", (None, "dtype"), (obj.tolist(), name)
    if not obj.size:
        return "ndarray", (None, "shape", "dtype"), ([], obj.shape, name)
    return BySetting(lambda frames: _large_array(obj, name, frames))


def _large_array(array: Any, name: str, frames: Frames) -> Description:
    values = _objects(array) if array.dtype.hasobject else Mark(f"<#{_array_digest(array)}>")
    names, shown = ("shape", "dtype", "values"), (array.shape, name, values)
    part = rows_shown(frames, array.shape[0])
    if part is None:
        return "ndarray", names, shown
    return "ndarray", (*names, part[0]), (*shown, array[: part[1]].tolist())


def rows_shown(frames: Frames, rows: int) -> tuple[str, int] | None:
    """Return the name of the part that shows rows at a setting, and how many; None where none are shown."""
    if frames == "shape":
        return None
    return ("head", min(_HEAD, rows)) if frames == "head" else ("rows", min(_MOST_ROWS, rows))


def _objects(array: Any) -> list[Any]:
    """Return the elements, or an even sample of them."""
    return array.flat[:: array.size // _ROWS + 1].tolist()  # type: ignore[no-any-return]


def _array_digest(array: Any) -> str:
    if array.nbytes <= _WHOLE_BYTES:
        return digest(data_of(array))
    # The start in full and the rest evenly: a change near the start, where one looks first, is always seen.
    step = array.size // _SAMPLED + 1
    return digest(data_of(array.flat[:_SAMPLED]) + data_of(array.flat[::step]))


def data_of(array: Any) -> bytes:
    """Return the elements of a numpy array in its order, whichever way they lie in memory, for a digest.

    Doubles count by 12 digits, as a text shows them: an addition in another order, as other processors do it, is no
    other value. All NaN are one, and so are both zeros.
    """
    kind, order = array.dtype.kind, array.dtype.newbyteorder("<")
    if kind == "f" and array.dtype.itemsize == 8:
        # An order of the array's own could not be viewed as numbers of another type.
        values = array.astype(order, order="C").reshape(-1)
        bits = values.view("<i8")
        unusual = (values != values, values == 0)
        bits += 1 << (_NOISE_BITS - 1)
        bits >>= _NOISE_BITS
        bits[unusual[0]] = -1
        bits[unusual[1]] = 0
        return bits.tobytes()  # type: ignore[no-any-return]
    return array.astype(order, copy=False).tobytes()  # type: ignore[no-any-return]


def scalar_describer(kind: type) -> Describer | None:
    """Return the describer of a numpy scalar, ``float64(1.5)``; None for other types, subclasses included."""
    generic = _raw.module_attribute("numpy", "generic")
    if generic is _raw.MISSING or _raw.module_of(kind) != "numpy" or not _raw.inherits(kind, generic):
        return None
    title = _raw.type_name(kind).rstrip("_")
    item = generic.__dict__["item"]

    def describe(obj: Any) -> Any:
        value = item(obj)
        if type(value) is kind:  # longdouble and clongdouble have no Python counterpart
            value = obj.astype("complex128" if "c" in title else "float64").item()
        return title, (None,), (value,)

    return describe


def missing_describer(kind: type) -> Describer | None:
    """Return the describer of pandas' marks of missing values, ``NaT`` and ``NA``; None for other types."""
    title = _raw.type_name(kind)
    if title not in ("NaTType", "NAType") or _raw.module_of(kind).partition(".")[0] != "pandas":
        return None
    return lambda obj: Mark(title.removesuffix("Type"))


KNOWN_ARRAYS: dict[str, tuple[str, Describer]] = {
    "array": ("array", _describe_array),
    "ndarray": ("numpy", _describe_ndarray),
}
