"""A cause: a difference that explains others, as a value that is equal in each trace it occurs in."""

from __future__ import annotations

__all__ = ["VARIOUS", "Cause", "CauseKey", "cause_key", "make_cause"]

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from snapy_instrument.trace.diff.change import Change, shorten_pair
from snapy_instrument.trace.diff.value_diff import ValueChange

VARIOUS = "..."
"""In place of an old or new text that differs from one occurrence of a cause to the next."""

CauseKey: TypeAlias = tuple[str, str, str]
"""Kind, function and place: what the occurrences of one cause have in common."""

_TOP = "the top"
_CALL_KINDS = frozenset({"added", "removed", "moved", "repeated", "renamed"})
_DIGITS = 8


@dataclass(frozen=True, order=True, slots=True)
class Cause:
    """One thing that changed, and that other changes follow from.

    Causes of several traces are equal where all fields but ``consequences`` are. They are ordered by these fields.

    Attributes:
        kind: The kind of the change, see `Change.kind`.
        function: The name of the call that changed; empty for what concerns the trace as a whole.
        place: For an argument, a result or another value the path to what changed in it, ``items[1].qty``; empty for
            the whole value. For an added, removed, moved, repeated or renamed call the name of its caller, empty at
            the top.
        old: The text of what changed, before; empty where there was nothing, ``...`` where it varies. For calls that
            were added or removed it is empty, for moved ones the caller that they had, for renamed ones the old name,
            for repeated ones their number.
        new: The same, after; "more" or "fewer" for repeated calls whose number varies.
        consequences: How many other changes of the diff, or of the diffs of a group, follow from it.
    """

    kind: str
    function: str
    place: str = ""
    old: str = ""
    new: str = ""
    consequences: int = field(default=0, compare=False)

    @property
    def key(self) -> CauseKey:
        """Kind, function and place, which are equal for two causes that differ in their values only."""
        return self.kind, self.function, self.place

    @property
    def is_of_caller(self) -> bool:
        """Whether a call was added, removed, moved, repeated or renamed, so that ``place`` is its caller."""
        return self.kind in _CALL_KINDS

    @property
    def id(self) -> str:
        """Eight hexadecimal digits made of all that is compared: a short name for command lines and files."""
        text = "\0".join((self.kind, self.function, self.place, self.old, self.new))
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:_DIGITS]

    @property
    def what(self) -> str:
        """What changed, without the name of the function: ``returned 0.5, was 0.7``."""
        return _PHRASES[self.kind](self)

    def __str__(self) -> str:
        return f"{self.function or ('the level' if self.kind == 'header' else 'the trace')} {self.what}"


def cause_key(change: Change) -> CauseKey:
    """Return the key of the cause that a change is, if it follows from no other."""
    if change.kind in _CALL_KINDS:
        return change.kind, change.name, _caller(change)
    return change.kind, change.name, change.values[0].where if change.values else ""


def make_cause(key: CauseKey, changes: Sequence[Change], consequences: int) -> Cause:
    """Return the cause whose occurrences are ``changes``, at least one; texts that differ become `VARIOUS`."""
    pairs = list(dict.fromkeys(_texts(change, key[2]) for change in changes))
    old, new = (_common(list(dict.fromkeys(texts))) for texts in zip(*pairs, strict=True))
    if key[0] == "repeated" and len(pairs) > 1:
        old, new = VARIOUS, _direction(pairs)
    return Cause(*key, old, new, consequences)


def _caller(change: Change) -> str:
    parent = change.place.parent
    return parent.name if parent is not None else ""


def _texts(change: Change, place: str) -> tuple[str, str]:
    if change.kind in ("added", "removed"):
        return "", ""
    if change.kind == "moved":
        return change.origin.name if change.origin is not None else "", ""
    value = next((each for each in change.values if each.where == place), None)
    return (change.old, change.new) if value is None else (value.old, value.new)


def _common(texts: Sequence[str]) -> str:
    """Return the one text, or what represents several; calls of one name, such as exceptions, keep it."""
    if len(texts) == 1:
        return texts[0]
    names = {text.partition("(")[0] for text in texts}
    if len(names) == 1 and all(text.endswith(")") for text in texts):
        return f"{names.pop()}({VARIOUS})"
    return VARIOUS


def _direction(pairs: Sequence[tuple[str, str]]) -> str:
    """Return whether a call occurs more often in all pairs of numbers, or less often in all."""
    directions = {int(new) > int(old) for old, new in pairs}
    return VARIOUS if len(directions) > 1 else "more" if True in directions else "fewer"


def _alone(cause: Cause) -> str:
    return f"{cause.kind}{_under(cause)}"


def _under(cause: Cause) -> str:
    return f" under {cause.place}" if cause.place else f" at {_TOP}"


def _moved(cause: Cause) -> str:
    return f"moved from {cause.old} to {cause.place or _TOP}" if cause.old else f"moved{_under(cause)}"


def _repeated(cause: Cause) -> str:
    if cause.old == VARIOUS:
        return f"called {'more or fewer' if cause.new == VARIOUS else cause.new} times{_under(cause)}"
    times = "time" if cause.new == "1" else "times"
    # Without the comma the number would belong to the caller: "was 2 under shop.checkout".
    return f"called {cause.new} {times}, was {cause.old},{_under(cause)}"


def _renamed(cause: Cause) -> str:
    return f"called in place of {cause.old}{_under(cause)}"


def _argument(cause: Cause) -> str:
    return f"called with {_value(cause)}"


def _result(cause: Cause) -> str:
    if cause.place:
        return f"returned {_value(cause)}"
    if cause.old == cause.new == VARIOUS:
        return "returned other values"
    old, new = shorten_pair(cause.old, cause.new)
    return f"returned {new}, was {old}"


def _value(cause: Cause) -> str:
    """Return the place and what changed there; various values are not shown."""
    start = f"{cause.place}: " if cause.place else ""
    if cause.old == cause.new == VARIOUS:
        return f"{start}other values"
    old, new = shorten_pair(cause.old, cause.new)
    return str(ValueChange(cause.place, old, new)) if old or new else "other values"


def _raises(cause: Cause) -> str:
    old, new = shorten_pair(cause.old, cause.new)
    return f"now raises {new}" + (f", had returned {old}" if old and old != VARIOUS else "")


def _raises_no_longer(cause: Cause) -> str:
    old, new = shorten_pair(cause.old, cause.new)
    return f"no longer raises {old}" + (f", returned {new}" if new and new != VARIOUS else "")


def _exception(cause: Cause) -> str:
    old, new = shorten_pair(cause.old, cause.new)
    return f"raises {new}, was {old}"


def _hidden(cause: Cause) -> str:
    return "hides other calls inside"


def _line(cause: Cause) -> str:
    verbs = {"yield": "yields", "resume": "receives", "line": "sets", "label": "is marked", "marker": "says"}
    return f"{verbs[cause.kind]} {_value(cause)}"


def _header(cause: Cause) -> str:
    return f"is {cause.new.split()[-1]}, was {cause.old.split()[-1]}: only what both levels show is compared"


_PHRASES: dict[str, Callable[[Cause], str]] = {
    "added": _alone,
    "removed": _alone,
    "moved": _moved,
    "repeated": _repeated,
    "renamed": _renamed,
    "argument": _argument,
    "result": _result,
    "raises": _raises,
    "no longer raises": _raises_no_longer,
    "exception": _exception,
    "hidden": _hidden,
    "marker": _line,
    "label": _line,
    "yield": _line,
    "resume": _line,
    "line": _line,
    "header": _header,
}
