"""Describer of exceptions: their arguments, the fields that arguments do not show, notes, cause and context."""

from __future__ import annotations

__all__ = ["exception_describer"]

from collections.abc import Iterator, Sequence
from types import MemberDescriptorType
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.views import Describer, Description

keep_builtins(globals())

# Not ``__dict__``, which makes an empty dict for an exception that has none: a later pickle would hold it.
_parts = BaseException.__dict__["__reduce__"]
_cause = BaseException.__dict__["__cause__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_suppresses_context = BaseException.__dict__["__suppress_context__"].__get__
_file_names = {name: OSError.__dict__[name].__get__ for name in ("filename", "filename2")}
_BY_VALUE = (str, bytes, int, float, bool)


def exception_describer(kind: type) -> Describer | None:
    """Return the describer of the exceptions of one type; None for other types."""
    if not _raw.inherits(kind, BaseException):
        return None
    title = _raw.type_name(kind)
    slots = tuple(_slots(kind))
    readers = _file_names if _raw.inherits(kind, OSError) else {}

    def describe(exception: Any) -> Description:
        # By the C function of the base: a class may define its own `__reduce__`, which is code of the program.
        _, args, *held = _parts(exception)
        fields = {name: read(exception) for name, read in readers.items()}
        found = {name: value for name, value in fields.items() if value is not None}
        found.update(_fields(exception, args, slots, held[0] if held else {}))
        found.update(_circumstances(exception, held[0] if held else {}))
        if not found:
            return title, (None,) * len(args), args
        return title, (*[None] * len(args), *found), (*args, *found.values())

    return describe


def _slots(kind: type) -> Iterator[str]:
    """Yield the names of the slots that classes of the program define, those of bases first."""
    for each in reversed(_raw.mro(kind)):
        namespace = _raw.class_namespace(each)
        if "__slots__" in namespace:
            for name, found in namespace.items():
                if type(found) is MemberDescriptorType and type(name) is str:
                    yield name


def _fields(exception: Any, args: Sequence[Any], slots: Sequence[str], held: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of slots and of the namespace, without those that ``args`` show."""
    for name in slots:
        value = _raw.read(exception, name)
        if value is not _raw.MISSING and not _is_shown(value, args):
            yield _raw.plain_name(name), value
    for name, value in list(dict.items(held)):
        if type(name) is str and name[:2] != "__" and not _is_shown(value, args):
            yield _raw.plain_name(name), value


def _is_shown(value: Any, args: Sequence[Any]) -> bool:
    kind = type(value)
    for each in args:
        if each is value and value is not None:
            return True
        # == of exact builtin types alone: other types may define it, and that is code of the program.
        if type(each) is kind and any(kind is one for one in _BY_VALUE) and each == value:
            return True
    return False


def _circumstances(exception: Any, held: Any) -> Iterator[tuple[str, Any]]:
    """Yield the notes, and the cause or else the context that a traceback shows; see `values.CIRCUMSTANCES`."""
    notes = dict.get(held, "__notes__")
    if notes:
        yield "__notes__", notes
    cause = _cause(exception)
    if cause is not None:
        yield "__cause__", cause
    elif not _suppresses_context(exception):
        context = _context(exception)
        if context is not None:
            yield "__context__", context
