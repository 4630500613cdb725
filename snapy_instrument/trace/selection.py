"""Calls chosen by the patterns of `ModuleFilter`, here on full names: ``shop.tax``, ``shop.email.*``, ``re:…``."""

from __future__ import annotations

__all__ = ["Exclusion", "Pattern", "Patterns", "Selection", "near_names", "shown"]

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TypeAlias

from snapy_instrument.filters import ModuleFilter
from snapy_instrument.trace.nodes import CallNode

Pattern: TypeAlias = str | re.Pattern[str]
Patterns: TypeAlias = Pattern | Iterable[Pattern]
_Rule: TypeAlias = Callable[[str, str], bool]

_ANY_MODULE = "*:"
_MOST_NAMES = 3
_NEAR = 0.75


class Selection:
    """Calls that at least one pattern includes and none excludes; excludes alone mean all others.

    ``*`` is any text, dots too, and a final ``.*`` may be absent: ``shop.Order.*`` is the class and all its methods.
    ``module:qualname`` is matched with the two names apart, a regex is searched in the full name.

    Args:
        patterns: One pattern, a string of several with spaces between them, or an iterable of patterns.

    Raises:
        ValueError: There is no pattern, or one is malformed.
    """

    def __init__(self, patterns: Patterns) -> None:
        self.patterns = _listed(patterns)
        if not self.patterns:
            raise ValueError('no pattern was given; write the name of a call, such as "shop.tax", or "shop.*"')
        self._excludes = [_rule(each) for each in self.patterns if _text(each).startswith("!")]
        self._includes = [_rule(each) for each in self.patterns if not _text(each).startswith("!")]
        self._known: dict[tuple[str, str], bool] = {}

    @property
    def texts(self) -> tuple[str, ...]:
        """The patterns as texts."""
        return tuple(map(_text, self.patterns))

    def has(self, node: CallNode) -> bool:
        """Whether the call is one of them."""
        key = (node.call.module, node.name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.names(*key)
        return known

    def names(self, module: str, name: str) -> bool:
        """Whether a function of ``module`` with this full name is one of them."""
        if any(rule(module, name) for rule in self._excludes):
            return False
        return not self._includes or any(rule(module, name) for rule in self._includes)

    def __str__(self) -> str:
        return ", ".join(map(repr, self.texts))


class Exclusion:
    """Functions that are left out: by their module, as `ModuleFilter` has it, or by their full name.

    Equal exclusions leave out the same functions.

    Args:
        patterns: As for `Selection`; a ``!`` in front of one means nothing here.

    Raises:
        ValueError: There is no pattern, or one is malformed.
    """

    def __init__(self, patterns: Patterns) -> None:
        self.texts = tuple(_bare(text) for text in Selection(patterns).texts)
        self._names = Selection(self.texts)
        # No module is called f.<locals>.
        self._modules = ModuleFilter([f"!{text}" for text in self.texts if "<" not in text])

    def hits(self, module: str, qualname: str) -> bool:
        """Whether the function is left out."""
        by_module = bool(self._modules.patterns) and self._modules.excludes(module, qualname)
        return by_module or self._names.names(module, f"{module}.{qualname}")

    def __eq__(self, other: object) -> bool:
        return self.texts == other.texts if isinstance(other, Exclusion) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.texts)


def _listed(patterns: Patterns) -> list[Pattern]:
    if isinstance(patterns, str):
        # A regex may hold spaces.
        return [patterns] if _bare(patterns).startswith("re:") else [*patterns.split()]
    return [patterns] if isinstance(patterns, re.Pattern) else list(patterns)


def _text(pattern: Pattern) -> str:
    # With the flags of a compiled one written in.
    return pattern.strip() if isinstance(pattern, str) else ModuleFilter([pattern]).patterns[0]


def _bare(pattern: str) -> str:
    return pattern.strip().removeprefix("!")


def _rule(pattern: Pattern) -> _Rule:
    if not isinstance(pattern, str) or _bare(pattern).startswith("re:"):
        given = _bare(_text(pattern))
        ModuleFilter([given])  # complains of a bad one
        search = re.compile(given.removeprefix("re:")).search
        return lambda module, name: search(name) is not None
    text = _bare(pattern)
    if ":" not in text:
        hits = _glob(text, text)
        return lambda module, name: hits(name)
    ModuleFilter([text])
    modules, functions = (_glob(part, text) for part in text.split(":"))
    return lambda module, name: modules(module) and functions(name.removeprefix(f"{module}."))


def _glob(text: str, given: str) -> Callable[[str], bool]:
    try:
        # A module name cannot hold the brackets of shop.outer.<locals>.inner, a qualified name can.
        chosen = ModuleFilter([_ANY_MODULE + text])
    except ValueError as problem:
        raise ValueError(str(problem).replace(f"'{_ANY_MODULE}{text}'", repr(given), 1)) from None
    return lambda name: chosen.matches("any", name)


def near_names(selection: Selection, names: Iterable[str]) -> list[str]:
    """Up to three of ``names`` that may have been meant, the likeliest first."""
    known = sorted(set(names))
    asked = [_bare(_text(each)).replace(":", ".").strip("*.") for each in selection.patterns]
    found: dict[str, None] = {}
    for name in filter(None, asked):
        found |= dict.fromkeys(each for each in known if _last(each) == _last(name))
        found |= dict.fromkeys(get_close_matches(name, known, _MOST_NAMES, _NEAR))
        lasts = {_last(each): each for each in reversed(known)}
        found |= dict.fromkeys(lasts[each] for each in get_close_matches(_last(name), lasts, _MOST_NAMES, _NEAR))
    return list(found)[:_MOST_NAMES]


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def shown(names: Sequence[str], word: str = "or") -> str:
    """``a, b or c``."""
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)
