"""Describers of dates and times, read from their C fields: ``datetime('2024-01-02T03:04:05+00:00')``."""

from __future__ import annotations

__all__ = ["date_describer", "describe_timezone", "describe_zone"]

import datetime
import types
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.views import Describer, Description
from snapy_instrument.values import Mark

keep_builtins(globals())


def _getter(cls: type, name: str) -> Any:
    """Return the C getter of an attribute, also behind a class that a frozen clock put in the real one's place."""
    for each in _raw.mro(cls):
        found = _raw.class_namespace(each).get(name)
        if type(found) is types.GetSetDescriptorType:
            return found
    raise TypeError(f"no C attribute {name} on {cls!r}")


_DATE = [_getter(datetime.date, name) for name in ("year", "month", "day")]
_CLOCK = ("hour", "minute", "second", "microsecond", "tzinfo", "fold")
_DATETIME_CLOCK = [_getter(datetime.datetime, name) for name in _CLOCK]
_TIME = [_getter(datetime.time, name) for name in _CLOCK]
_SPAN = datetime.timedelta
_span = {name: _SPAN.__dict__[name].__get__ for name in ("days", "seconds", "microseconds")}
_offset = datetime.timezone.utcoffset
_UTC = datetime.UTC


def _day(obj: Any) -> str:
    year, month, day = (each.__get__(obj) for each in _DATE)
    return f"{year:04d}-{month:02d}-{day:02d}"


def _clock(getters: list[Any], obj: Any) -> tuple[str, list[tuple[str, Any]]]:
    """Return ``12:30:00`` with a fixed offset, and as fields what does not fit in: another time zone, a fold."""
    hour, minute, second, micro, zone, fold = (each.__get__(obj) for each in getters)
    text = f"{hour:02d}:{minute:02d}:{second:02d}" + (f".{micro:06d}" if micro else "")
    # The offset of any other zone is computed by the program's code.
    if type(zone) is datetime.timezone:
        text += _offset_text(_offset(zone, None))
        zone = None
    rest = [("tzinfo", zone)] if zone is not None else []
    return text, rest + ([("fold", fold)] if fold else [])


def _offset_text(offset: datetime.timedelta) -> str:
    seconds = offset.days * 86400 + offset.seconds
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return text + (f":{seconds % 60:02d}" if seconds % 60 else "")


def _shape(kind: type, text: str, rest: list[tuple[str, Any]]) -> Description:
    return _raw.type_name(kind), (None, *[name for name, _ in rest]), (text, *[value for _, value in rest])


def _describe_date(obj: Any) -> Description:
    return _shape(type(obj), _day(obj), [])


def _describe_datetime(obj: Any) -> Description:
    text, rest = _clock(_DATETIME_CLOCK, obj)
    return _shape(type(obj), f"{_day(obj)}T{text}", rest)


def _describe_time(obj: Any) -> Description:
    text, rest = _clock(_TIME, obj)
    return _shape(type(obj), text, rest)


def _describe_span(obj: Any) -> Description:
    parts: list[tuple[str | None, Any]] = [(name, get(obj)) for name, get in _span.items()]
    shown = [part for part in parts if part[1]] or [(None, 0)]
    return _raw.type_name(type(obj)), tuple(name for name, _ in shown), [value for _, value in shown]


def describe_timezone(obj: Any) -> Any:
    """Describe a fixed offset."""
    return Mark("timezone.utc") if obj is _UTC else ("timezone", (None,), (_offset(obj, None),))


# The nanoseconds of a pandas Timestamp or Timedelta.
_FINER = ("nanosecond", "nanoseconds")

# The real classes, kept where a frozen clock that patches module attributes does not find them.
_MOMENTS = (
    (_DATETIME_CLOCK[0].__objclass__, _describe_datetime),
    (_DATE[0].__objclass__, _describe_date),
    (_TIME[0].__objclass__, _describe_time),
    (_SPAN, _describe_span),
)


def date_describer(kind: type) -> Describer | None:
    """Return the describer of dates and times and of their subclasses; None for other types."""
    describe = next((each for cls, each in _MOMENTS if _raw.inherits(kind, cls)), None)
    # pandas' Timestamp inherits from datetime and keeps nanoseconds beside it.
    finer = next((name for name in _FINER if type(_raw.find(kind, name)) is types.GetSetDescriptorType), None)
    if describe is None or finer is None:
        return describe

    def describe_finer(obj: Any) -> Description:
        title, names, values = describe(obj)
        nanoseconds = _raw.read(obj, finer)
        # Without any it reads as the moment of the standard library that it is equal to.
        if type(nanoseconds) is not int or not nanoseconds:
            return title, names, values
        return title, (*names, finer), (*values, nanoseconds)

    return describe_finer


def describe_zone(obj: Any) -> Description:
    """Describe a ZoneInfo by its key."""
    return "ZoneInfo", (None,), (obj.key,)
