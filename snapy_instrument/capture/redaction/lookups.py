"""Calls that get or set a secret by its name: ``settings.get("API_KEY")``, ``environ.set("DB_PASSWORD", "...")``."""

from __future__ import annotations

__all__ = ["Lookup", "lookup_by", "lookup_of"]

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.redaction.names import Secrecy, words_of

keep_builtins(globals())

_LONGEST_NAME = 100
_NAME = re.compile(r"/?[A-Za-z_][\w.:/-]*", re.ASCII)
_LAST_PART = re.compile(r"[.:/]")
_NUMBERS = frozenset({int, float, complex})
_CONTAINERS = frozenset({list, tuple, dict, set, frozenset})
# A descriptor keeps the name of its attribute among its first attributes, or in a slot with one of these names.
_MOST_KEPT = 32
_SLOTS = ("name", "_name", "key", "_key", "attr", "_attr")


class Lookup:
    """The judgement of values next to the name of a secret: a call's result and its next argument.

    It hides less than a parameter or field of that name does, as a function with the argument ``"password"`` may do
    anything: it hides texts, and for names of `Secrecy.ALWAYS` also numbers and containers of builtin types. Objects
    are shown, and so is the name itself in another spelling.

    Args:
        name: The name of the secret as the call has it.
        secrecy: The judgement of `NameTest`.
    """

    __slots__ = ("_always", "_words")

    def __init__(self, name: str, secrecy: Secrecy) -> None:
        self._words = words_of(name)
        self._always = secrecy is Secrecy.ALWAYS

    def hides(self, value: Any, *, is_text: bool) -> bool:
        """Return whether ``value`` is redacted; ``is_text`` if it is a text of another class."""
        kind = type(value)
        if kind is str or kind is bytes:
            # One more than the longest name shows that it is longer, without decoding a megabyte.
            text = value if kind is str else value[: _LONGEST_NAME + 1].decode("latin-1")
            return len(text) > _LONGEST_NAME or words_of(text) != self._words
        # Of the builtin types alone: the truth of others is the program's code.
        if kind in _CONTAINERS:
            return self._always and bool(value)
        return is_text or (self._always and kind in _NUMBERS)


def lookup_of(text: str, secrecy: Callable[[str], Secrecy]) -> Lookup | None:
    """Return the lookup by ``text``; None if it is not the name of a secret. ``secrecy`` judges names.

    A name is one word, perhaps with a path before it: ``"prod.db.password"``, ``"/run/secrets/api_key"``.
    """
    # A sentence that mentions a password is no name.
    if len(text) > _LONGEST_NAME or _NAME.fullmatch(text) is None:
        return None
    found = secrecy(_LAST_PART.split(text)[-1])
    return None if found is Secrecy.NEVER else Lookup(text, found)


def lookup_by(descriptor: Any, secrecy: Callable[[str], Secrecy]) -> Lookup | None:
    """Return the lookup by the name that ``descriptor`` keeps, or None."""
    kind = type(descriptor)
    held = _raw.namespace(descriptor) if _raw.has_namespace(kind) else {}
    for kept in [*islice(held.values(), _MOST_KEPT), *(_raw.read(descriptor, name) for name in _SLOTS)]:
        if type(kept) is str and (found := lookup_of(kept, secrecy)) is not None:
            return found
    return None
