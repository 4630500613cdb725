"""Calls chosen by patterns on their full names: ``shop.tax``, ``shop.email.*``, ``re:…``."""

from __future__ import annotations

__all__ = ["Exclusion", "Patterns", "Selection", "near_names"]

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._patterns import GivenPattern, Pattern, Patterns
from snapy_instrument.trace.nodes import CallNode

# A tracer asks an `Exclusion` while a program is recorded.
keep_builtins(globals())

_MOST_NAMES = 3
_NEAR = 0.75
_of_calls = partial(Pattern.parse, of_calls=True)


class Selection:
    """Calls that at least one pattern includes and none excludes; excludes alone mean all others.

    ``*`` is any text, dots too, and a final ``.*`` may be absent: ``shop.Order.*`` is the class and all its methods.
    ``module:qualname`` matches the two names apart, a regex is searched in the full name.

    Args:
        patterns: One pattern, a string of several with spaces between them, or an iterable of patterns.

    Attributes:
        patterns: The patterns in the order given.

    Raises:
        ValueError: There is no pattern, or one is malformed.
    """

    def __init__(self, patterns: Patterns) -> None:
        self.patterns = tuple(map(_of_calls, _listed(patterns)))
        if not self.patterns:
            raise ValueError('no pattern was given; write the name of a call, such as "shop.tax", or "shop.*"')
        self._known: dict[tuple[str, str], bool] = {}

    @property
    def texts(self) -> tuple[str, ...]:
        """The patterns as texts."""
        return tuple(pattern.text for pattern in self.patterns)

    def has(self, node: CallNode) -> bool:
        """Return whether the call is one of them."""
        return self.has_name(node.call.module, node.name)

    def has_name(self, module: str, name: str) -> bool:
        """Return whether calls of a function are among them, given its module and its full name."""
        key = (module, name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._decide(*key)
        return known

    def _decide(self, module: str, name: str) -> bool:
        found = [pattern for pattern in self.patterns if pattern.matches_call(module, name)]
        if any(pattern.exclude for pattern in found):
            return False
        return bool(found) or all(pattern.exclude for pattern in self.patterns)

    def __repr__(self) -> str:
        return f"Selection({list(self.texts)})"

    def __str__(self) -> str:
        return ", ".join(map(repr, self.texts))


class Exclusion:
    """Functions that are left out: by their module, as `ModuleFilter` has it, or by their full name.

    Equal exclusions leave out the same functions.

    Args:
        patterns: As for `Selection`; a ``!`` in front of one changes nothing here.

    Raises:
        ValueError: There is no pattern, or one is malformed.
    """

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = Selection(patterns).patterns

    def hits(self, module: str, qualname: str) -> bool:
        """Return whether the function is left out."""
        name = f"{module}.{qualname}"
        return any(each.matches(module, qualname) or each.matches_call(module, name) for each in self._patterns)

    @property
    def texts(self) -> tuple[str, ...]:
        """The patterns as texts, without ``!``."""
        return tuple(pattern.body for pattern in self._patterns)

    def __repr__(self) -> str:
        return f"Exclusion({list(self.texts)})"

    def __eq__(self, other: object) -> bool:
        return self.texts == other.texts if isinstance(other, Exclusion) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.texts)


def _listed(patterns: Patterns) -> list[GivenPattern]:
    if isinstance(patterns, str):
        # A regex may hold spaces.
        return [patterns] if patterns.strip().removeprefix("!").startswith("re:") else [*patterns.split()]
    return [patterns] if isinstance(patterns, re.Pattern) else list(patterns)


def near_names(selection: Selection, names: Iterable[str]) -> list[str]:
    """Return up to three of ``names`` that the patterns may have meant, the likeliest first."""
    known = sorted(set(names))
    asked = [pattern.body.replace(":", ".").strip("*.") for pattern in selection.patterns]
    found: dict[str, None] = {}
    for name in filter(None, asked):
        found |= dict.fromkeys(each for each in known if _last(each) == _last(name))
        found |= dict.fromkeys(get_close_matches(name, known, _MOST_NAMES, _NEAR))
        lasts = {_last(each): each for each in reversed(known)}
        found |= dict.fromkeys(lasts[each] for each in get_close_matches(_last(name), lasts, _MOST_NAMES, _NEAR))
    return list(found)[:_MOST_NAMES]


def _last(name: str) -> str:
    return name.rpartition(".")[2]
