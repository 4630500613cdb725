"""Describers of values of the standard library that are shown by their meaning, not by their fields."""

from __future__ import annotations

__all__ = ["KNOWN", "STDLIB", "primitive_describer"]

import datetime
import gc
import re
import types
import weakref
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from functools import partial
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._file_paths import POSIX, WINDOWS
from snapy_instrument.capture.describers.datetimes import describe_timezone, describe_zone
from snapy_instrument.capture.describers.paths import path_describer
from snapy_instrument.capture.views import Describer, Description, DictView, ListView
from snapy_instrument.values import UNSET, Mark

keep_builtins(globals())


_BASE_VALUE: tuple[tuple[type, Describer], ...] = (
    (str, str.__str__),
    (bytes, lambda obj: bytes.__getitem__(obj, slice(None))),
    (int, int.__index__),
    (float, float.__float__),
    (complex, complex.__complex__),
)


def primitive_describer(kind: type) -> Describer | None:
    """Return the describer of a subclass of str, bytes or a number, ``MyStr('x')``; None for other types."""
    title = _raw.type_name(kind)
    for base, value in _BASE_VALUE:
        if _raw.inherits(kind, base):
            return lambda obj, value=value: (title, (None,), (value(obj),))  # type: ignore[misc]
    return None


def _describe_decimal(obj: Any) -> Description:
    # Not str(): it makes a decimal context for the thread, which the program could see.
    sign, digits, exponent = tuple.__iter__(obj.as_tuple())
    text = "".join(map(str, digits))
    if type(exponent) is not int:
        text = {"F": "Infinity", "n": "NaN", "N": "sNaN"}[exponent] + ("" if exponent == "F" else text)
    else:
        text = _decimal_text(text, exponent)
    return "Decimal", (None,), ("-" * sign + text,)


def _decimal_text(digits: str, exponent: int) -> str:
    """Return the to-scientific-string of the decimal specification."""
    adjusted = len(digits) + exponent - 1
    if exponent > 0 or adjusted < -6:
        point = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{digits[0]}{point}E{adjusted:+d}"
    padded = digits.rjust(1 - exponent, "0")
    return padded if exponent == 0 else f"{padded[:exponent]}.{padded[exponent:]}"


def _slots(title: str, *names: str) -> Describer:
    def describe(obj: Any) -> Description:
        values = [_raw.read(obj, name) for name in names]
        return title, (None,) * len(names), [UNSET if value is _raw.MISSING else value for value in values]

    return describe


def _describe_uuid(obj: Any) -> Description | None:
    number = _raw.read(obj, "int")
    if type(number) is not int:
        return None
    text = f"{number:032x}"
    return "UUID", (None,), ("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])),)


# By public module and class name; compared by identity with what the imported module holds.
KNOWN: dict[str, tuple[str, Describer]] = {
    "Decimal": ("decimal", _describe_decimal),
    "Fraction": ("fractions", _slots("Fraction", "_numerator", "_denominator")),
    "UUID": ("uuid", _describe_uuid),
    "ZoneInfo": ("zoneinfo", describe_zone),
    "PosixPath": ("pathlib", path_describer("Path", POSIX)),
    "WindowsPath": ("pathlib", path_describer("Path", WINDOWS)),
    "PurePosixPath": ("pathlib", path_describer("PurePath", POSIX)),
    "PureWindowsPath": ("pathlib", path_describer("PurePath", WINDOWS)),
}


def _describe_partial(obj: Any) -> Description:
    function, args, keywords = obj.func, obj.args, obj.keywords
    named = keywords if type(keywords) is dict else {}
    names = (None, *[None] * len(args), *map(_raw.plain_name, named))
    return "partial", names, (function, *args, *named.values())


_LONGEST_PATTERN = 2000
# As in (?aim).
_FLAGS = [
    (letter, int(re.RegexFlag[name])) for letter, name in zip("aiLmsx", ("A", "I", "L", "M", "S", "X"), strict=True)
]


_CHARACTER_CLASS = re.compile(r"(\\.)|\[(\^?)((?:\\.|[^\]\\])+)\]", re.DOTALL)
_CLASS_MEMBER = re.compile(r"\\.-\\.|\\.|[^\\]-[^\\]|.", re.DOTALL)


def _sorted_class(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return f"[{match[2]}{''.join(sorted(_CLASS_MEMBER.findall(match[3])))}]"


def _describe_pattern(obj: Any) -> Description:
    text = obj.pattern
    if type(text) is str and len(text) < _LONGEST_PATTERN:
        # A character class is a set, and programs make it of one: its order may differ from process to process.
        text = _CHARACTER_CLASS.sub(_sorted_class, text)
    flags = "".join([letter for letter, bit in _FLAGS if obj.flags & bit])
    return ("Pattern", (None, "flags"), (text, flags)) if flags else ("Pattern", (None,), (text,))


def _describe_namespace(obj: Any) -> Description:
    held = _raw.namespace(obj)
    return "SimpleNamespace", tuple(map(_raw.plain_name, held)), list(held.values())


def _describe_mapping_proxy(obj: Any) -> Description | None:
    # Its own methods go to the mapping, which may be of a class of the program.
    found = gc.get_referents(obj)
    return ("mappingproxy", (None,), found) if len(found) == 1 else None


def _describe_chain_map(obj: Any) -> Description | None:
    maps = _raw.namespace(obj).get("maps")
    return ("ChainMap", (None,) * len(maps), maps) if type(maps) is list else None


def _describe_deque(obj: Any) -> Description:
    if obj.maxlen is None:
        return "deque", (None,), (ListView(obj),)
    return "deque", (None, "maxlen"), (ListView(obj), obj.maxlen)


def _dict_view(obj: Any) -> Description:
    return _raw.type_name(type(obj)), (None,), (ListView(obj),)


def _describe_slice(obj: Any) -> Description:
    return "slice", (None, None, None), (obj.start, obj.stop, obj.step)


def _describe_range(obj: Any) -> Description:
    parts = (obj.start, obj.stop) if obj.step == 1 else (obj.start, obj.stop, obj.step)
    return "range", (None,) * len(parts), parts


def _describe_mark(mark: Any) -> Mark | None:
    """Return the Mark itself, so that other describers can use one as a part."""
    return mark if type(mark.text) is str else None


STDLIB: dict[type, Describer] = {
    datetime.timezone: describe_timezone,
    OrderedDict: lambda obj: ("OrderedDict", (None,), (DictView(OrderedDict.items(obj)),)),
    defaultdict: lambda obj: ("defaultdict", (None, None), (obj.default_factory, DictView(dict.items(obj)))),
    Counter: lambda obj: ("Counter", (None,), (DictView(dict.items(obj)),)),
    deque: _describe_deque,
    ChainMap: _describe_chain_map,
    types.MappingProxyType: _describe_mapping_proxy,
    types.SimpleNamespace: _describe_namespace,
    type({}.keys()): _dict_view,
    type({}.values()): _dict_view,
    type({}.items()): _dict_view,
    range: _describe_range,
    slice: _describe_slice,
    partial: _describe_partial,
    re.Pattern: _describe_pattern,
    weakref.ReferenceType: lambda obj: Mark("<weakref>"),
    weakref.ProxyType: lambda obj: Mark("<weakproxy>"),
    weakref.CallableProxyType: lambda obj: Mark("<weakproxy>"),
    type(Ellipsis): lambda obj: Mark("Ellipsis"),
    type(NotImplemented): lambda obj: Mark("NotImplemented"),
    Mark: _describe_mark,
}
