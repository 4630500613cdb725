"""Events and captured values as JSON, and back without loss.

JSON has no tuple, set, bytes, NaN or key other than text; those, and the descriptions in `snapy_instrument.values`,
are written as ``{"~": kind, "v": content}``.
"""

from __future__ import annotations

__all__ = ["decode", "encode", "event_from_json", "event_to_json"]

import math
import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.values import Cut, Mark, Ref, Struct

_TAG = "~"
_SURROGATE = re.compile("[\ud800-\udfff]")
# The interpreter refuses to read and write longer integers in decimal; the least limit one can set is 640 digits.
_DECIMAL_BITS = 2000


def encode(value: Any) -> Any:
    """``value`` as what `json.dumps` writes.

    Raises:
        TraceError: It is nothing that capture makes.
    """
    encoder = _ENCODERS.get(type(value))
    if encoder is None:
        raise TraceError(
            f"a {type(value).__name__} cannot be saved: events hold builtin values and snapy_instrument.values"
        )
    return encoder(value)


def decode(value: Any) -> Any:
    """What `encode` was given.

    Raises:
        ValueError, TypeError, LookupError: ``value`` was not made by `encode`.
    """
    if type(value) is list:
        return [decode(item) for item in value]
    if type(value) is not dict:
        return value
    if _TAG in value:
        return _DECODERS[value[_TAG]](value["v"])
    return {key: decode(item) for key, item in value.items()}


def event_to_json(event: CallEvent) -> dict[str, Any]:
    """``event`` as what `json.dumps` writes; optional fields that have their default are left out."""
    found: dict[str, Any] = {}
    for name, default in _FIELDS:
        value = getattr(event, name)
        if default is MISSING or value != default:
            found[name] = _encoded_field(name, value)
    return found


def event_from_json(found: Any) -> CallEvent:
    """The event that `event_to_json` was given.

    Raises:
        ValueError: ``found`` is no event.
    """
    if type(found) is not dict:
        raise ValueError(f"an event is a JSON object, not {type(found).__name__}")
    try:
        values = {name: _decoded_field(name, value) for name, value in found.items()}
        return CallEvent(**values)
    except (TypeError, LookupError, ValueError, AttributeError, RecursionError) as problem:
        raise ValueError(f"{type(problem).__name__}: {problem}") from None


def _encoded_field(name: str, value: Any) -> Any:
    if name == "event_type":
        return str(value)
    if name == "defaulted" or (name == "exception" and value is not None):
        return [encode(each) for each in value]
    return encode(value)


def _decoded_field(name: str, value: Any) -> Any:
    decoded = decode(value)
    if name == "event_type":
        return EventType(decoded) if decoded in _EVENT_TYPES else decoded
    if name == "defaulted":
        return tuple(decoded)
    if name == "exception":
        return None if decoded is None else ExceptionInfo(*decoded)
    expected = _KINDS.get(name)
    if expected is not None and not isinstance(decoded, expected):
        raise TypeError(f"{name} is {type(decoded).__name__}")
    return decoded


def _tagged(kind: str, content: Any) -> dict[str, Any]:
    return {_TAG: kind, "v": content}


def _same(value: Any) -> Any:
    return value


def _int(value: int) -> Any:
    return value if value.bit_length() <= _DECIMAL_BITS else _tagged("int", hex(value))


def _float(value: float) -> Any:
    return value if math.isfinite(value) else _tagged("float", repr(value))


def _complex(value: complex) -> Any:
    return _tagged("complex", [_float(value.real), _float(value.imag)])


def _str(value: str) -> Any:
    if value.isascii() or not _SURROGATE.search(value):
        return value
    return _tagged("str", value.encode("utf-8", "surrogatepass").hex())


def _dict(value: dict[Any, Any]) -> Any:
    encoded = [(encode(key), encode(item)) for key, item in value.items()]
    if all(type(key) is str and key != _TAG for key, _ in encoded):
        return dict(encoded)
    return _tagged("dict", [list(pair) for pair in encoded])


def _several(kind: str) -> Callable[[Any], Any]:
    return lambda value: _tagged(kind, [encode(item) for item in value])


def _struct(value: Struct) -> Any:
    return _tagged("struct", [_str(value.type_name), [[encode(name), encode(each)] for name, each in value.fields]])


def _cut(value: Cut) -> Any:
    return _tagged("cut", [encode(value.shown), value.hidden, _str(value.unit), _str(value.digest)])


_ENCODERS: dict[type, Callable[[Any], Any]] = {
    type(None): _same,
    bool: _same,
    int: _int,
    float: _float,
    complex: _complex,
    str: _str,
    bytes: lambda value: _tagged("bytes", value.hex()),
    bytearray: lambda value: _tagged("bytearray", value.hex()),
    list: lambda value: [encode(item) for item in value],
    tuple: _several("tuple"),
    set: _several("set"),
    frozenset: _several("frozenset"),
    dict: _dict,
    Ref: lambda value: _tagged("ref", [_str(value.type_name), value.serial]),
    Struct: _struct,
    Mark: lambda value: _tagged("mark", _str(value.text)),
    Cut: _cut,
}

_DECODERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda content: int(content, 16),
    "float": float,
    "complex": lambda content: complex(*map(decode, content)),
    "str": lambda content: bytes.fromhex(content).decode("utf-8", "surrogatepass"),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "tuple": lambda content: tuple(map(decode, content)),
    "set": lambda content: set(map(decode, content)),
    "frozenset": lambda content: frozenset(map(decode, content)),
    "dict": lambda content: {decode(key): decode(item) for key, item in content},
    "ref": lambda content: Ref(decode(content[0]), content[1]),
    "struct": lambda content: Struct(
        decode(content[0]), tuple((decode(name), decode(item)) for name, item in content[1])
    ),
    "mark": lambda content: Mark(decode(content)),
    "cut": lambda content: Cut(*map(decode, content)),
}

_FIELDS = tuple((each.name, each.default) for each in fields(CallEvent))
_EVENT_TYPES = frozenset(EventType)
_KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("function_name", "filename", "thread_id", "module", "qualname", "backend"), str),
    **dict.fromkeys(("line_number", "depth", "memory_usage", "call_id"), int),
    **dict.fromkeys(("parent_id", "spawn_id", "raised_in"), (int, type(None))),
    "timestamp": (int, float),
    "task": (str, type(None)),
    "args": dict,
    "detached": bool,
    "finished": bool,
}
