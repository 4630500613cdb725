"""polars: data frames and series. A lazy frame is shown by its type alone: even its columns may have to be computed."""

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
_NUMBERS = frozenset("Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64".split())


@register_library("polars.DataFrame", frames=True)
def _describe_frame(frame: Any, frames: Frames) -> Any:
    rows, columns = frame.shape
    held = frame.get_columns()[:_MOST_COLUMNS]
    more: dict[str, Any] = {}
    part = rows_shown(frames, rows)
    if part is not None:
        more[part[0]] = DictView([(each.name, each.head(part[1]).to_list()) for each in held])
    return Fields(
        shape=(rows, columns), columns=DictView([(each.name, _mark(each, len(held))) for each in held]), **more
    )


@register_library("polars.Series", frames=True)
def _describe_series(series: Any, frames: Frames) -> Any:
    more: dict[str, Any] = {"name": series.name} if series.name else {}
    part = rows_shown(frames, len(series))
    if part is not None:
        more[part[0]] = series.head(part[1]).to_list()
    return Fields(len(series), _mark(series), **more)


def _mark(series: Any, columns: int = 1) -> Any:
    size, kind = len(series), str(series.dtype)
    known = None
    # Without numpy, or with missing values, one by one.
    if kind in _NUMBERS and not series.null_count() and _raw.module_attribute("numpy", "ndarray") is not _raw.MISSING:
        known = numbers_digest(series.to_numpy(), columns=columns)
    if known is None:
        known = values_digest(series.gather_every(sampling_step(size, columns)).to_list(), size)
    return column_mark(kind, known)
