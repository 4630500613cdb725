"""Describers of objects by their fields: dataclasses, attrs, pydantic, msgspec, named tuples, Enum members."""

from __future__ import annotations

__all__ = ["FIELDS", "MEMBER", "readable", "record_describer"]

import dataclasses
import enum
from collections.abc import Iterable
from types import MemberDescriptorType
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.views import Describer, Description
from snapy_instrument.values import REDACTED, UNSET, Mark

keep_builtins(globals())

FIELDS = "snapy_fields"
"""The attribute under which a describer that only reads fields names them."""
MEMBER = "snapy_member"
"""The attribute that is true of a describer of Enum members which are shown by name alone."""


def record_describer(kind: type) -> Describer | None:
    """Return the describer of instances of ``kind``; None for a type without known fields."""
    if _raw.inherits(kind, enum.Enum):
        return _enum(kind)
    for recognise in (_dataclass, _attrs, _pydantic, _msgspec):
        describer = recognise(kind)
        if describer is not None:
            return describer
    if _raw.inherits(kind, tuple):
        return _named_tuple(kind)
    return None


def _reader(kind: type, names: Iterable[str], hidden: frozenset[str] = frozenset()) -> Describer:
    """Return a describer that reads the fields ``names`` in that order; those in ``hidden`` are redacted."""
    title, order = _raw.type_name(kind), tuple(names)
    describe = _from_slots(title, order, hidden)
    if _raw.has_namespace(kind):
        describe = _from_namespace(title, order, hidden)
    if not hidden:
        setattr(describe, FIELDS, order)
    return describe


def _from_slots(title: str, order: tuple[str, ...], hidden: frozenset[str]) -> Describer:
    def describe(obj: Any) -> Description:
        # Looked up each time: slots that are kept would keep their class alive in the table of decisions.
        slots = _raw.class_namespace(type(obj))
        values = []
        for name in order:
            slot = slots.get(name)
            if type(slot) is MemberDescriptorType and not hidden:
                try:
                    values.append(slot.__get__(obj))
                except AttributeError:
                    values.append(UNSET)
            else:
                values.append(_field(obj, {}, name, hidden))
        return title, order, values

    return describe


def _from_namespace(title: str, order: tuple[str, ...], hidden: frozenset[str]) -> Describer:
    namespace = _raw.namespace

    def describe(obj: Any) -> Description:
        held = namespace(obj)
        if not hidden:
            try:
                # All fields are in the namespace, nearly always: no look at the class, where a property may be.
                return title, order, list(map(held.__getitem__, order))
            except KeyError:
                pass
        return title, order, [_field(obj, held, name, hidden) for name in order]

    return describe


def readable(kind: type, names: tuple[str, ...]) -> bool:
    """Return whether reading ``names`` from an instance runs no code: none of them is a property or the like."""
    for name in names:
        found = _raw.find(kind, name)
        plain = found is _raw.MISSING or _raw.is_slot(found) or _raw.find(type(found), "__get__") is _raw.MISSING
        if not plain:
            return False
    return True


def _field(obj: Any, held: dict[Any, Any], name: str, hidden: frozenset[str]) -> Any:
    if name in hidden:
        return REDACTED
    value = held[name] if name in held else _raw.read(obj, name)
    return UNSET if value is _raw.MISSING else value


def _dataclass(kind: type) -> Describer | None:
    fields = _raw.find(kind, "__dataclass_fields__")
    if type(fields) is not dict:
        return None
    if any(type(f) is not dataclasses.Field or type(f.name) is not str for f in fields.values()):
        return None
    # ClassVar and InitVar pseudo-fields are in the same dict.
    shown = [f for f in fields.values() if f.repr is not False and getattr(f, "_field_type", None) is _FIELD]
    return _reader(kind, [field.name for field in shown])


_FIELD = getattr(dataclasses, "_FIELD")  # noqa: B009 - a private name, checked by a test


def _attrs(kind: type) -> Describer | None:
    fields = _raw.find(kind, "__attrs_attrs__")
    if not _raw.inherits(type(fields), tuple):
        return None
    names, hidden = [], set()
    for field in tuple.__iter__(fields):
        name, shown = _raw.read(field, "name"), _raw.read(field, "repr")
        if type(name) is not str or _raw.type_name(type(field)) != "Attribute":
            return None
        if shown is not False:
            names.append(name)
        if type(shown) is not bool:
            # A function of the program, which may be there to hide the value.
            hidden.add(name)
    return _reader(kind, names, frozenset(hidden))


def _pydantic(kind: type) -> Describer | None:
    # pydantic is not imported for this: its classes are known by what they hold.
    if _raw.find(kind, "__pydantic_validator__") is _raw.MISSING:
        return None
    fields = _raw.find(kind, "__pydantic_fields__")
    if type(fields) is not dict:
        fields = _raw.find(kind, "model_fields")  # pydantic before 2.10
    if type(fields) is not dict or any(type(name) is not str for name in fields):
        return None
    reader = _reader(kind, [name for name, field in fields.items() if _raw.read(field, "repr") is not False])

    def describe(obj: Any) -> Description:
        title, names, values = reader(obj)
        extra = _raw.read(obj, "__pydantic_extra__")
        if type(extra) is not dict or not extra:
            return title, names, values
        return title, (*names, *map(_raw.plain_name, extra)), (*values, *extra.values())

    return describe


def _msgspec(kind: type) -> Describer | None:
    # A C field of the metaclass, which no other class has under this name.
    if _raw.class_text(type(kind)) != "msgspec._core.StructMeta":
        return None
    names = _raw.read(kind, "__struct_fields__")
    if type(names) is not tuple or any(type(name) is not str for name in names):
        return None
    return _reader(kind, names)


def _named_tuple(kind: type) -> Describer | None:
    names = _raw.find(kind, "_fields")
    if type(names) is not tuple or any(type(name) is not str for name in names):
        return None
    title = _raw.type_name(kind)
    # Not `iter(obj)`: a subclass may define its own.
    return lambda obj: (title, names, list(tuple.__iter__(obj)))


def _enum(kind: type) -> Describer | None:
    if not _raw.has_namespace(kind):
        return None
    title = _raw.type_name(kind)
    is_flag = _raw.inherits(kind, enum.Flag)

    def describe(obj: Any) -> Mark | None:
        # Looked up each time: members would keep their class alive in the table of decisions.
        members = _raw.find(type(obj), "_member_map_")
        held = _raw.namespace(obj)
        name, value = held.get("_name_"), held.get("_value_")
        if type(members) is dict and type(name) is str and name in members:
            return Mark(f"{title}.{_raw.plain_name(name)}")
        if is_flag and type(value) is int:
            return Mark(_flag_text(title, members, value))
        return None if name is None else Mark(f"{title}.{_raw.plain_name(name)}")

    if not is_flag:
        setattr(describe, MEMBER, True)
    return describe


def _flag_text(title: str, members: Any, value: int) -> str:
    """Return ``Perm.R|W``: the single bits in rising order, then the bits without a name in hexadecimal."""
    bits: dict[int, str] = {}
    for name, member in members.items() if type(members) is dict else ():
        bit = _raw.namespace(member).get("_value_")
        if type(bit) is int and bit > 0 and bit & (bit - 1) == 0 and value & bit:
            bits.setdefault(bit, _raw.plain_name(name))
    rest = value & ~sum(bits)
    if value <= 0 or not bits:
        return f"{title}({value})"
    names = [bits[bit] for bit in sorted(bits)] + ([hex(rest)] if rest else [])
    return f"{title}.{'|'.join(names)}"
