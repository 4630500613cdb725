"""From the arguments of a call to one value a parameter, as the function itself will see them."""

from __future__ import annotations

__all__ = ["bind"]

import inspect
from types import FunctionType
from typing import Any

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())


def bind(function: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any] | None:
    """Values in the order of the signature, defaults applied; None if the call will raise TypeError.

    The same rules as CPython's own argument parsing (Language Reference, 6.3.4), without its messages: the
    call that follows gives those.
    """
    code = function.__code__
    positional, flags = code.co_argcount, code.co_flags
    values: list[Any] = list(args[:positional])
    rest = args[positional:]
    if rest and not flags & inspect.CO_VARARGS:
        return None
    # A copy: names are taken out of it, and the function gets `kwargs` afterwards.
    more = dict(kwargs)
    names = code.co_varnames
    # Given twice is a TypeError. The name of a positional-only parameter may be a key of ``**more``.
    if any(name in more for name in names[code.co_posonlyargcount : len(values)]):
        return None
    if not _fill(values, names[:positional], code.co_posonlyargcount, function.__defaults__ or (), more):
        return None
    if flags & inspect.CO_VARARGS:
        values.append(rest)
    given = function.__kwdefaults__ or {}
    for name in names[positional : positional + code.co_kwonlyargcount]:
        if name in more:
            values.append(more.pop(name))
        elif name in given:
            values.append(given[name])
        else:
            return None
    if flags & inspect.CO_VARKEYWORDS:
        values.append(more)
        return values
    return None if more else values


def _fill(
    values: list[Any],
    names: tuple[str, ...],
    positional_only: int,
    defaults: tuple[Any, ...],
    more: dict[str, Any],
) -> bool:
    """Complete ``values`` from keywords and defaults; False where a parameter stays without a value."""
    first_default = len(names) - len(defaults)
    for index in range(len(values), len(names)):
        name = names[index]
        if index >= positional_only and name in more:
            values.append(more.pop(name))
        elif index >= first_default:
            values.append(defaults[index - first_default])
        else:
            return False
    return True
