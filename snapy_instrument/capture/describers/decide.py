"""The decision how a type is described: once a type, by exact type first."""

from __future__ import annotations

__all__ = ["Decision", "decide", "unknown"]

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple
from weakref import ref

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import quiet
from snapy_instrument.capture.describers.arrays import BUFFERS, KNOWN_ARRAYS, missing_describer, scalar_describer
from snapy_instrument.capture.describers.callables import CALLABLES, describe_class, describe_module, wrapper_describer
from snapy_instrument.capture.describers.classes import FIELDS, MEMBER, record_describer
from snapy_instrument.capture.describers.datetimes import date_describer
from snapy_instrument.capture.describers.exception_fields import exception_describer
from snapy_instrument.capture.describers.registry import (
    BySetting,
    Fields,
    Registered,
    decisions,
    registered_function,
)
from snapy_instrument.capture.describers.stdlib import KNOWN, STDLIB, primitive_describer
from snapy_instrument.capture.views import Describer
from snapy_instrument.values import Mark

keep_builtins(globals())

# What a call of a registered function counts against the budget of a digest.
_COST_OF_A_CALL = 20


class Decision(NamedTuple):
    """The way values of one type are described.

    Attributes:
        title: The type's name.
        describe: The `Describer`.
        is_text: The type inherits from str, bytes or bytearray, and is no Enum.
        cost: What one description counts against the budget of a digest.
        fields: The attributes that ``describe`` reads, in order, where it does nothing else.
        structural: ``describe`` is ours and may be called twice; else it calls a registered function.
        is_member: The type is an Enum whose members are described by their names alone.
    """

    title: str
    describe: Describer
    is_text: bool = False
    cost: int = 1
    fields: tuple[str, ...] | None = None
    structural: bool = True
    is_member: bool = False


def unknown(obj: Any) -> None:
    """Describe an object of a type that has no describer: by type and identity alone."""
    return None  # noqa: RET501 - a describer gives None


_EXACT = {id(kind): describe for kind, describe in {**STDLIB, **CALLABLES, **BUFFERS}.items()}
_NAMED = {**KNOWN, **KNOWN_ARRAYS}
_BY_BASES: tuple[Callable[[type], Describer | None], ...] = (
    record_describer,
    exception_describer,
    wrapper_describer,
    missing_describer,
    date_describer,
    scalar_describer,
    primitive_describer,
)
# The dict of the table: every object is looked up here.
_entries = decisions.entries


def decide(kind: type) -> Decision:
    """Return the decision for ``kind``, which is kept until registrations change or the type dies."""
    reference = ref(kind)  # held during the lookup, as in WeakTable.get
    entry = _entries.get(id(reference))
    decision: Decision = decisions.add(kind, _decided(kind)) if entry is None else entry[1]
    return decision


def _decided(kind: type) -> Decision:
    title = _raw.type_name(kind)
    is_text = _raw.inherits(kind, str, bytes, bytearray) and _raw.find(kind, "_member_map_") is _raw.MISSING
    describe = _structural(kind, title)
    entry = registered_function(kind)
    if entry is not None:
        return Decision(title, _registered(title, entry, describe), is_text, _COST_OF_A_CALL, structural=False)
    fields, is_member = getattr(describe, FIELDS, None), getattr(describe, MEMBER, False)
    return Decision(title, describe, is_text, fields=fields, is_member=is_member)


def _structural(kind: type, title: str) -> Describer:
    # By id: to hash or compare a class may run code of its metaclass.
    exact = _EXACT.get(id(kind))
    if exact is not None:
        return exact
    named = _NAMED.get(title)
    # The name alone may be of a class of the program; the module is looked at only if it is imported already.
    if named is not None and _raw.module_attribute(named[0], title) is kind:
        return named[1]
    if _raw.inherits(kind, type):
        return describe_class
    if _raw.inherits(kind, ModuleType):
        return describe_module
    for choose in _BY_BASES:
        describe = choose(kind)
        if describe is not None:
            return describe
    return unknown


def _registered(title: str, entry: Registered, otherwise: Describer) -> Describer:
    function = entry.function

    def describe(obj: Any, *setting: Any) -> Any:
        with quiet():
            try:
                made = function(obj, *setting)
            except BaseException as error:  # SystemExit and KeyboardInterrupt too: nothing of ours gets out
                if not entry.of_user:
                    return None  # half made, or of a version that we do not know
                return Mark(f"<capture failed: {_raw.type_name(type(error))}>")
        if type(made) is Fields:
            return title, made.names, made.values
        if made is NotImplemented:
            return otherwise(obj)
        return title, (None,), (made,)

    if entry.frames:
        return lambda obj: BySetting(lambda setting: describe(obj, setting))
    return describe
