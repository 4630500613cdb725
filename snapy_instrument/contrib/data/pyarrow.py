"""pyarrow: tables, record batches, arrays. Data sets, scanners and files are shown by their type alone."""

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

_MOST_COLUMNS = 100
_NUMBERS = frozenset("int8 int16 int32 int64 uint8 uint16 uint32 uint64 halffloat float double".split())


@register_library("pyarrow.Table", frames=True)
@register_library("pyarrow.RecordBatch", frames=True)
def _describe_table(table: Any, frames: Frames) -> Any:
    names, rows = table.schema.names, table.num_rows
    held = [(name, table.column(place)) for place, name in enumerate(names[:_MOST_COLUMNS])]
    more: dict[str, Any] = {}
    part = rows_shown(frames, rows)
    if part is not None:
        more[part[0]] = DictView([(name, column.slice(0, part[1]).to_pylist()) for name, column in held])
    return Fields(
        shape=(rows, len(names)), columns=DictView([(name, _mark(column, len(held))) for name, column in held]), **more
    )


@register_library("pyarrow.Array", frames=True)
@register_library("pyarrow.ChunkedArray", frames=True)
def _describe_array(array: Any, frames: Frames) -> Any:
    part = rows_shown(frames, len(array))
    more = {} if part is None else {part[0]: array.slice(0, part[1]).to_pylist()}
    return Fields(len(array), _mark(array), **more)


def _mark(array: Any, columns: int = 1) -> Any:
    size, kind = len(array), str(array.type)
    known = None
    if kind in _NUMBERS and not array.null_count and _raw.module_attribute("numpy", "ndarray") is not _raw.MISSING:
        known = numbers_digest(_numbers(array), columns=columns)
    if known is None:
        step = sampling_step(size, columns)
        values = array if step == 1 else array.take(_raw.module_attribute("pyarrow", "array")(range(0, size, step)))
        known = values_digest(values.to_pylist(), size)
    return column_mark(kind, known)


def _numbers(array: Any) -> Any:
    return array.to_numpy() if _raw.type_name(type(array)) == "ChunkedArray" else array.to_numpy(zero_copy_only=False)
