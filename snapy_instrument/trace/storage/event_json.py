"""Events and captured values as JSON, and back without loss.

JSON has no tuple, set, bytes, NaN or key other than text; those, and the descriptions in `snapy_instrument.values`,
are written as ``{"~": kind, "v": content}``.
"""

from __future__ import annotations

__all__ = ["checked_field", "decode", "encode", "encoded_field", "event_from_json"]

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
    """Return ``value`` as what `json.dumps` writes.

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
    """Return the value that `encode` received.

    Raises:
        ValueError, TypeError, LookupError: ``value`` was not made by `encode`.
    """
    if type(value) is list:
        return [decode(item) for item in value]
    if type(value) is not dict:
        return value
    if _TAG not in value:
        return {key: decode(item) for key, item in value.items()}
    kind = value[_TAG]
    if type(kind) is not str or kind not in _DECODERS:
        raise ValueError(f"a captured value has the unknown kind {kind!r}")
    if "v" not in value:
        raise ValueError(f"a captured value of the kind {kind!r} lacks its content, 'v'")
    return _DECODERS[kind](value["v"])


def event_from_json(found: Any) -> CallEvent:
    """Return the event that `event_to_json` received.

    Raises:
        ValueError: ``found`` is no event; the message names the field.
    """
    if type(found) is not dict:
        raise ValueError(f"an event is a JSON object, not {type(found).__name__}")
    if missing := [name for name, default in _FIELDS if default is MISSING and name not in found]:
        raise ValueError(f"an event lacks {', '.join(missing)}")
    if unknown := sorted(found.keys() - _NAMES):
        raise ValueError(f"an event has no {', '.join(unknown)}")
    return CallEvent(**{name: _decoded_field(name, value) for name, value in found.items()})


def encoded_field(name: str, value: Any) -> Any:
    """Return the field ``name`` of an event as what `json.dumps` writes; `checked_field` takes what `decode` reads."""
    if name == "event_type":
        return str(value)
    if name == "defaulted" or (name == "exception" and value is not None):
        return [encode(each) for each in value]
    return encode(value)


def _decoded_field(name: str, value: Any) -> Any:
    try:
        decoded = decode(value)
    except (TypeError, LookupError, ValueError, AttributeError, OverflowError, RecursionError) as problem:
        raise ValueError(f"{name} holds no captured value: {problem or type(problem).__name__}") from None
    return checked_field(name, decoded)


def checked_field(name: str, decoded: Any) -> Any:
    """Return the field ``name`` of an event, if it may have this value.

    Raises:
        ValueError: It may not; the message names the field.
    """
    wanted, holds = _CHECKS.get(name, _ANYTHING)
    if name not in _NAMES:
        raise ValueError(f"an event has no {name}")
    if not holds(decoded):
        raise ValueError(f"{name} must be {wanted}, not {_described(decoded)}")
    if name == "event_type":
        return EventType(decoded) if decoded in _EVENT_TYPES else decoded
    if name == "defaulted":
        return tuple(decoded)
    if name == "exception":
        return None if decoded is None else ExceptionInfo(*decoded)
    return decoded


def _described(value: Any) -> str:
    return repr(value) if value is None or isinstance(value, bool | int | float) else f"a {type(value).__name__}"


def _typed(value: Any, kind: type | tuple[type, ...]) -> Any:
    """Return ``value``, decoded, if it is of that kind."""
    decoded = decode(value)
    if not isinstance(decoded, kind):
        raise TypeError(f"{_described(decoded)} is in the place of a {getattr(kind, '__name__', 'text or null')}")
    return decoded


def _items(content: Any) -> list[Any]:
    return [decode(item) for item in _typed_list(content)]


def _typed_list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise TypeError(f"{_described(content)} is in the place of a list")
    return content


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


def _read_ref(content: Any) -> Ref:
    type_name, serial = _typed_list(content)
    return Ref(_typed(type_name, str), _typed(serial, (int, type(None))))


def _read_struct(content: Any) -> Struct:
    type_name, fields = _typed_list(content)
    pairs = [(_typed(name, (str, type(None))), decode(value)) for name, value in _typed_list(fields)]
    return Struct(_typed(type_name, str), tuple(pairs))


def _read_cut(content: Any) -> Cut:
    shown, hidden, unit, digest = _typed_list(content)
    return Cut(decode(shown), _typed(hidden, int), _typed(unit, str), _typed(digest, str))


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda content: int(content, 16),
    "float": float,
    "complex": lambda content: complex(*_items(content)),
    "str": lambda content: bytes.fromhex(content).decode("utf-8", "surrogatepass"),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "tuple": lambda content: tuple(_items(content)),
    "set": lambda content: set(_items(content)),
    "frozenset": lambda content: frozenset(_items(content)),
    "dict": lambda content: {decode(key): decode(item) for key, item in _typed_list(content)},
    "ref": _read_ref,
    "struct": _read_struct,
    "mark": lambda content: Mark(_typed(content, str)),
    "cut": _read_cut,
}

_FIELDS = tuple((each.name, each.default) for each in fields(CallEvent))
_NAMES = frozenset(name for name, _ in _FIELDS)
_EVENT_TYPES = frozenset(EventType)


def _is(*kinds: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kinds)


def _is_number(value: Any) -> bool:
    # A longer integer cannot be subtracted from a float.
    return isinstance(value, float) or (isinstance(value, int) and value.bit_length() < 1000)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


def _is_exception(value: Any) -> bool:
    return value is None or (_is_texts(value) and len(value) == 2)


def _is_arguments(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and all(isinstance(key, str) for key in value))


_ANYTHING: tuple[str, Callable[[Any], bool]] = ("a captured value", lambda value: True)
_CHECKS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(
        ("event_type", "function_name", "filename", "thread_id", "module", "qualname", "backend"),
        ("a text", _is(str)),
    ),
    **dict.fromkeys(("line_number", "depth", "memory_usage", "call_id"), ("a whole number", _is(int))),
    **dict.fromkeys(("parent_id", "spawn_id", "raised_in"), ("a whole number or null", _is(int, type(None)))),
    **dict.fromkeys(("detached", "finished"), ("true or false", _is(bool))),
    "timestamp": ("a number of seconds", _is_number),
    "task": ("a text or null", _is(str, type(None))),
    "args": ("an object with the arguments by name", _is_arguments),
    "defaulted": ("a list of names", _is_texts),
    "exception": ("null, or the name of a type and a message", _is_exception),
}
