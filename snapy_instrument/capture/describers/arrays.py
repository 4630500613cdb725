"""Describers of buffers, arrays and data frames: by their values if those are few, else by shape and digest."""

from __future__ import annotations

__all__ = ["BUFFERS", "KNOWN_ARRAYS", "missing_describer", "scalar_describer"]

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import quiet
from snapy_instrument.capture.strings import digest
from snapy_instrument.capture.views import Blob, Describer, Description, DictView, ListView
from snapy_instrument.values import Mark

keep_builtins(globals())

# Elements of an array shown by value.
_FEW = 100
# Bytes of an array read in full for its digest; of a larger one, its start and an even sample.
_WHOLE_BYTES = 1 << 20
_SAMPLED = 1 << 14
_COLUMNS = 100
_ROWS = 10_000

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


def _describe_ndarray(obj: Any) -> Description:
    name = _dtype_name(obj.dtype)
    # `size` and `dtype` are C fields of exactly this type; a subclass has no describer here.
    if obj.size <= _FEW and obj.size:
        return "ndarray", (None, "dtype"), (obj.tolist(), name)
    values = _objects(obj) if obj.dtype.hasobject else Mark(f"<#{_array_digest(obj)}>")
    if not obj.size:
        return "ndarray", (None, "shape", "dtype"), ([], obj.shape, name)
    return "ndarray", ("shape", "dtype", "values"), (obj.shape, name, values)


def _objects(array: Any) -> list[Any]:
    """Return the elements, or an even sample of them."""
    return array.flat[:: array.size // _ROWS + 1].tolist()  # type: ignore[no-any-return]


def _array_digest(array: Any) -> str:
    if array.nbytes <= _WHOLE_BYTES:
        return digest(array.tobytes())
    # The start in full and the rest evenly: a change near the start, where one looks first, is always seen.
    step = array.size // _SAMPLED + 1
    return digest(array.flat[:_SAMPLED].tobytes() + array.flat[::step].tobytes())


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


def _describe_frame(obj: Any) -> Description | None:
    # pandas computes these in Python, which a tracer may be recording: its calls here are ours, not the program's.
    with quiet():
        try:
            columns = obj.shape[1]
            labels = list(obj.columns[:_COLUMNS])
            held = [(label, _column(obj.iloc[:, place])) for place, label in enumerate(labels)]
            index = _index(obj.index)
        except Exception:
            return None
    wide = {"columns": columns} if columns > _COLUMNS else {}
    more = {**wide, **index}
    return "DataFrame", (None, *more), (DictView(held), *more.values())


def _describe_series(obj: Any) -> Description | None:
    with quiet():
        try:
            values, name, index = _column(obj), obj.name, _index(obj.index)
        except Exception:
            return None
    more = index if name is None else {"name": name, **index}
    return "Series", (None, *more), (values, *more.values())


def _column(series: Any) -> Any:
    """Return the values as a numpy array; of a long column of another kind its length and its first rows."""
    values = series.array
    inner = values.to_numpy() if _raw.type_name(type(values)).startswith("Numpy") else None
    if inner is not None:
        return inner
    return values.to_numpy() if len(values) <= _ROWS else [len(values), values[:_ROWS].to_numpy()]


def _index(index: Any) -> dict[str, Any]:
    """Return the row labels; nothing if they only count the rows."""
    if _raw.type_name(type(index)) != "RangeIndex":
        return {"index": _column(index)}
    start, stop, step = index.start, index.stop, index.step
    return {} if start == 0 and step == 1 else {"index": range(start, stop, step)}


def missing_describer(kind: type) -> Describer | None:
    """Return the describer of pandas' marks of missing values, ``NaT`` and ``NA``; None for other types."""
    title = _raw.type_name(kind)
    if title not in ("NaTType", "NAType") or _raw.module_of(kind).partition(".")[0] != "pandas":
        return None
    return lambda obj: Mark(title.removesuffix("Type"))


KNOWN_ARRAYS: dict[str, tuple[str, Describer]] = {
    "array": ("array", _describe_array),
    "ndarray": ("numpy", _describe_ndarray),
    "DataFrame": ("pandas", _describe_frame),
    "Series": ("pandas", _describe_series),
}
