"""pandas: data frames, series, indexes."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.arrays import rows_shown
from snapy_instrument.capture.describers.registry import Fields, Frames, register_library
from snapy_instrument.capture.views import DictView
from snapy_instrument.contrib.data.columns import (
    column_mark,
    numbers_digest,
    sampling_step,
    values_digest,
)

keep_builtins(globals())

# Of more columns these are looked at.
_MOST_COLUMNS = 100
# Arrays that keep their values, not codes of them, in an array of numpy.
_IN_NUMPY = ("NumpyExtensionArray", "DatetimeArray", "TimedeltaArray")


@register_library("pandas.DataFrame", frames=True)
def _describe_frame(frame: Any, frames: Frames) -> Any:
    rows, columns = frame.shape
    labels = list(frame.columns[:_MOST_COLUMNS])
    held = [frame.iloc[:, place] for place in range(len(labels))]
    marks = DictView([(label, _mark(each, len(labels))) for label, each in zip(labels, held, strict=True)])
    more: dict[str, Any] = _index(frame.index)
    part = rows_shown(frames, rows)
    if part is not None:
        name, most = part
        more[name] = DictView([(label, _values(each, most)) for label, each in zip(labels, held, strict=True)])
    return Fields(shape=(rows, columns), columns=marks, **more)


@register_library("pandas.Series", frames=True)
def _describe_series(series: Any, frames: Frames) -> Any:
    more: dict[str, Any] = {} if series.name is None else {"name": series.name}
    more.update(_index(series.index))
    part = rows_shown(frames, len(series))
    if part is not None:
        more[part[0]] = _values(series, part[1])
    return Fields(len(series), _mark(series), **more)


@register_library("pandas.Index")
def _describe_index(index: Any) -> Any:
    counted = _counted(index)
    first = (len(index), _mark(index)) if counted is None else (counted,)
    return Fields(*first, **{} if index.name is None else {"name": index.name})


def _index(index: Any) -> dict[str, Any]:
    """Return the row labels; nothing if they only count the rows."""
    counted = _counted(index)
    if counted is not None:
        return {} if counted == range(len(index)) else {"index": counted}
    names = list(index.names)
    if len(names) > 1:
        levels = [index.get_level_values(place) for place in range(len(names))]
        return {"index": DictView([(name, _mark(level)) for name, level in zip(names, levels, strict=True)])}
    return {"index": _mark(index) if names[0] is None else DictView([(names[0], _mark(index))])}


def _counted(index: Any) -> range | None:
    if _raw.type_name(type(index)) != "RangeIndex":
        return None
    return range(index.start, index.stop, index.step)


def _mark(column: Any, columns: int = 1) -> Any:
    """Return type and digest of a series or an index."""
    size, kind = len(column), str(column.dtype)
    values = column.array
    known = numbers_digest(values._ndarray, columns=columns) if _raw.type_name(type(values)) in _IN_NUMPY else None
    if known is None:
        masked, mask = getattr(values, "_data", None), getattr(values, "_mask", None)
        if mask is not None and masked is not None:
            known = numbers_digest(masked, mask, columns)
    if known is None:
        known = values_digest(_listed(values[:: sampling_step(size, columns)]), size)
    return column_mark(kind, known)


def _values(series: Any, most: int) -> list[Any]:
    return _listed(series.array[:most])


def _listed(values: Any) -> list[Any]:
    """Return the values of an array of pandas as Python objects."""
    return values.to_numpy(dtype=object).tolist() if hasattr(values, "to_numpy") else list(values)
