"""SQLAlchemy: mapped objects, rows, statements, sessions, engines.

A mapped object is read by its state and its ``__dict__``, in which only loaded attributes are. Statements are compiled
to text for no database; what they are sent to is not looked at.
"""

from __future__ import annotations

__all__: list[str] = []

import weakref
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library
from snapy_instrument.values import Mark

keep_builtins(globals())

_STATE = "_sa_instance_state"


def _is_mapped(kind: type) -> bool:
    """Return whether ``kind`` is a mapped class: they share no base."""
    mapper = _raw.find(kind, "__mapper__")
    return mapper is not _raw.MISSING and type(mapper) is _raw.module_attribute("sqlalchemy.orm", "Mapper")


@register_library(_is_mapped)
def _describe_mapped(obj: Any) -> Any:
    """Describe the loaded columns in the order of the mapping, and the identity of one that is expired."""
    held = _raw.namespace(obj)
    state = held.get(_STATE)
    if state is None:
        return NotImplemented
    columns = _columns(type(obj))
    loaded = {name: held[name] for name in columns if name in held}
    known = _raw.namespace(state)
    key = known.get("key")
    if key is None or len(loaded) == len(columns):
        return Fields(**loaded)
    identity = key[1]
    if not loaded:
        return Fields(identity=identity, **{"expired": True} if known.get("expired") else {})
    return Fields(**{**loaded, "unloaded": [name for name in columns if name not in held]})


def _columns(kind: type) -> list[str]:
    properties = _raw.namespace(_raw.find(kind, "__mapper__")).get("_props") or {}
    wanted = _raw.module_attribute("sqlalchemy.orm", "ColumnProperty")
    return [name for name, each in properties.items() if _raw.inherits(type(each), wanted) and name[:1] != "_"]


@register_library("sqlalchemy.engine.Row")
def _describe_row(row: Any) -> Any:
    """Describe a row by the values that were fetched, under the names of its columns."""
    names, values = row._parent._keys, row._data
    if len(names) != len(values) or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return Fields(*values)
    return Fields(**{str(name): value for name, value in zip(names, values, strict=True)})


# To compile a statement takes SQLAlchemy about a millisecond, and one statement is passed from call to call. Known by
# address, as `==` of two clauses is a clause. Nothing of the program's is held: weak references, texts and scalars.
_compiled: dict[int, tuple[weakref.ref[Any], tuple[Any, ...], Fields]] = {}
_MOST_COMPILED = 512
_SCALARS = frozenset({str, bytes, int, float, bool, type(None), Decimal, date, datetime, UUID})


@register_library("sqlalchemy.sql.ClauseElement")
@register_library("sqlalchemy.sql.expression.ClauseElement")
def _describe_clause(clause: Any) -> Any:
    """Describe a statement or expression by its SQL, on one line, and by its bound values."""
    known = _compiled.get(id(clause))
    if known is not None and known[0]() is clause and known[1] == _state_of(clause):
        return known[2]
    compiled = clause.compile()
    text = " ".join((str(compiled) or str(clause)).split())
    bound = {str(name): _bound_value(each) for each, name in (getattr(compiled, "bind_names", None) or {}).items()}
    described = Fields(text, **bound)
    if all(type(value) in _SCALARS for value in bound.values()):
        if len(_compiled) >= _MOST_COMPILED:
            _compiled.clear()
        with suppress(TypeError):  # it has no weak references
            _compiled[id(clause)] = weakref.ref(clause), _state_of(clause), described
    return described


def _state_of(clause: Any) -> tuple[Any, ...]:
    """Return what changes when an attribute of ``clause`` does, as when a column gets its table."""
    return tuple([(name, id(value)) for name, value in _raw.namespace(clause).items()])


def _bound_value(bound: Any) -> Any:
    """Return the value of a parameter; a function of the program that will give it is not called."""
    return bound.value if bound.callable is None else bound.callable


@register_library("sqlalchemy.orm.QueryableAttribute")
def _describe_attribute(attribute: Any) -> Any:
    return Fields(Mark(f"{_raw.type_name(attribute.class_)}.{attribute.key}"))


@register_library("sqlalchemy.orm.Session")
def _describe_session(session: Any) -> Any:
    """Describe a session by what it will write; what it has read depends on the garbage collector."""
    held = _raw.namespace(session)
    if "identity_map" not in held:
        return NotImplemented
    changed = _raw.namespace(held["identity_map"]).get("_modified") or ()
    counts = {"new": len(held["_new"]), "modified": len(changed), "deleted": len(held["_deleted"])}
    return Fields(**{name: count for name, count in counts.items() if count})


@register_library("sqlalchemy.ext.asyncio.AsyncSession")
def _describe_async_session(session: Any) -> Any:
    inner = _raw.namespace(session).get("sync_session")
    return _describe_session(inner) if inner is not None else NotImplemented


@register_library("sqlalchemy.engine.URL")
def _describe_url(url: Any) -> Any:
    name, *parts = tuple.__iter__(url)
    shown = zip(("username", "password", "host", "port", "database", "query"), parts, strict=False)
    return Fields(name, **{part: dict(value) if part == "query" else value for part, value in shown if value})


@register_library("sqlalchemy.engine.Engine")
def _describe_engine(engine: Any) -> Any:
    url = _raw.namespace(engine).get("url")
    return Fields(url) if url is not None else NotImplemented
