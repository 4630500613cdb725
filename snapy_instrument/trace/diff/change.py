"""What a diff finds: changes, whose texts are the phrases of the report, and the places of their calls."""

from __future__ import annotations

__all__ = ["Change", "Place", "shorten_pair"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from snapy_instrument._words import count
from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.value_diff import ValueChange

_LONGEST_VALUE = 50
_TOP = "the top"


class Place:
    """A call in both texts, or in one of them, and the call around it.

    Attributes:
        name: The name of the call, or of the group of other threads; empty for the outermost place.
        parent: The place around it, or None.
        old: The call in the old text, or None.
        new: The call in the new text, or None.
        depth: How many places are around it.
    """

    __slots__ = ("depth", "name", "new", "old", "parent")

    def __init__(self, name: str, parent: Place | None, old: TextNode | None, new: TextNode | None) -> None:
        self.name = name
        self.parent = parent
        self.old = old
        self.new = new
        self.depth: int = 0 if parent is None else parent.depth + 1

    @property
    def is_call(self) -> bool:
        """Whether it is a call; the outermost place and the group of other threads are not."""
        return self.old is not None or self.new is not None

    @property
    def path(self) -> tuple[str, ...]:
        """Names of the calls from the outermost to this one."""
        names: list[str] = []
        place: Place | None = self
        while place is not None and place.name:
            names.append(place.name)
            place = place.parent
        return tuple(reversed(names))

    def __str__(self) -> str:
        return " > ".join(self.path) or _TOP

    def __repr__(self) -> str:
        return f"<Place: {self}>"


@dataclass(slots=True, eq=False, repr=False)
class Change:
    """One difference between two traces; not to be changed.

    Attributes:
        kind: Of calls: "added", "removed", "moved", "repeated" (the number of times changed) and "renamed" (another
            function is called in its place). Of one call: "argument", "result", "raises" (now), "no longer raises",
            "exception" (it changed) and "hidden" (the number of calls that the text hides inside it). Of other lines
            inside a call: "marker", "label", "yield", "resume" and "line". Of the level: "header".
        name: The name of the call; for another line, of the call around it.
        old: What the old text says, empty where it says nothing: a value, an exception, a call, a number of calls.
        new: What the new text says.
        place: The call and the calls around it.
        values: The differences inside the arguments, the result or another line's value.
        old_line: Number of the line in the old text, or None.
        new_line: Number of the line in the new text, or None.
        number: Which of the calls with this name under its caller it is, from 1; 0 where that is not known.
        total: How many there are.
        times: How many calls in succession changed in the same way.
        around: For an added or removed call, how many calls it was put around or taken from around.
        after: For a moved call, the name of the line before it in the new text.
        origin: For a moved call, where it was, if that was inside another call.
        inside_changed: For a result or exception, whether something inside the call changed.
        follows: Whether it follows from an earlier change: the result of a caller, a changed value passed on.
    """

    kind: str
    name: str
    old: str
    new: str
    place: Place
    values: tuple[ValueChange, ...] = ()
    old_line: int | None = None
    new_line: int | None = None
    number: int = 0
    total: int = 0
    times: int = 1
    around: int = 0
    after: str = ""
    origin: Place | None = None
    inside_changed: bool = False
    follows: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Names of the calls from the outermost to the one that it concerns."""
        return self.place.path

    @property
    def what(self) -> str:
        """What changed, without the name of the call: ``returned 0.5, was 0.7``."""
        return _WORDS[self.kind](self)

    @property
    def which(self) -> str:
        """Which of several calls with its name it concerns: ``call 280 of 300``; else empty."""
        if self.total < 2:
            return ""
        if self.times > 1:
            return f"calls {self.number} to {self.number + self.times - 1} of {self.total}"
        return f"call {self.number} of {self.total}"

    def __str__(self) -> str:
        name = self.name or ("the trace" if self.kind != "header" else "the level")
        return f"{name} {self.what}{_under(self)}{f' ({self.which})' if self.which else ''}"

    def __repr__(self) -> str:
        return f"<Change: {self}>"


def _under(change: Change) -> str:
    if change.kind not in ("added", "removed", "moved", "repeated", "renamed") or change.origin is not None:
        return ""
    # Without the comma the number would belong to the caller: "was 2 under shop.checkout".
    comma = "," * (change.kind == "repeated")
    caller = _caller(change.place.parent)
    return f"{comma} at {_TOP}" if caller == _TOP else f"{comma} under {caller}"


def _caller(place: Place | None) -> str:
    return (place.name if place is not None else "") or _TOP


def _alone(change: Change) -> str:
    around = f" around {count(change.around, 'call')}" if change.around else ""
    return f"{change.kind}{_times(change)}{around}"


def _times(change: Change) -> str:
    return f" {change.times} times" if change.times > 1 else ""


def _moved(change: Change) -> str:
    if change.origin is not None:
        return f"moved{_times(change)} from {_caller(change.origin)} to {_caller(change.place.parent)}"
    return f"moved{_times(change)} {f'behind {change.after}' if change.after else 'to the front'}"


def _repeated(change: Change) -> str:
    return f"called {count(int(change.new), 'time')}, was {change.old}"


def _argument(change: Change) -> str:
    return f"called with {_values(change.values)}"


def _result(change: Change) -> str:
    if change.values and change.values[0].where:
        return f"returned {_values(change.values)}"
    old, new = shorten_pair(change.old, change.new)
    return f"returned {new}, was {old}"


def _raises(change: Change) -> str:
    return f"now raises {_short(change.new)}" + (f", had returned {_short(change.old)}" if change.old else "")


def _raises_no_longer(change: Change) -> str:
    return f"no longer raises {_short(change.old)}" + (f", returned {_short(change.new)}" if change.new else "")


def _exception(change: Change) -> str:
    old, new = shorten_pair(change.old, change.new)
    return f"raises {new}, was {old}"


def _hidden(change: Change) -> str:
    old, new = (text.strip("[+]") for text in (change.old, change.new))
    if not new:
        return f"shows the {old} that it hid"
    return f"hides {new} inside, was {old or 'showing them'}"


def _line(change: Change) -> str:
    if change.old and change.new:
        verb = change.new.partition(" ")[0]
        return f"{verb} {_values(change.values)}" if change.values else f"has {change.new}, was {change.old}"
    verb = {"marker": "says ", "label": "is marked "}.get(change.kind, "")
    return f"now {verb}{_short(change.new)}" if change.new else f"no longer {verb}{_short(change.old)}"


def _renamed(change: Change) -> str:
    return f"called in place of {change.old}"


def _header(change: Change) -> str:
    return f"is {change.new.split()[-1]}, was {change.old.split()[-1]}: only what both levels show is compared"


def _values(values: Sequence[ValueChange]) -> str:
    if not values:
        return "other values"
    first = values[0]
    old, new = shorten_pair(first.old, first.new)
    more = f" (and {len(values) - 1} more inside)" if len(values) > 1 else ""
    return f"{first._replace(old=old, new=new)}{more}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 15]}...{text[-12:]}"


def shorten_pair(old: str, new: str) -> tuple[str, str]:
    """Return both texts; of long ones the part where they begin to differ."""
    if max(len(old), len(new)) <= _LONGEST_VALUE:
        return old, new
    same = 0
    for mine, yours in zip(old, new, strict=False):
        if mine != yours:
            break
        same += 1
    start = max(0, same - 15)
    return _window(old, start), _window(new, start)


def _window(text: str, start: int) -> str:
    shown = text[start : start + _LONGEST_VALUE]
    return f"{'...' * bool(start)}{shown}{'...' * (start + _LONGEST_VALUE < len(text))}"


_WORDS: dict[str, Callable[[Change], str]] = {
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
