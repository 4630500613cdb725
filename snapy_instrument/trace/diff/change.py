"""What a diff finds: changes, and the places of the calls that they concern."""

from __future__ import annotations

__all__ = ["Change", "Place"]

from dataclasses import dataclass

from snapy_instrument.trace.diff.parse import TextNode
from snapy_instrument.trace.diff.value_diff import ValueChange


class Place:
    """A call on both sides, or on one of them, and the call that it stands under.

    Attributes:
        name: Its name; that of the group of other threads; empty for the outermost place.
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
        """Whether it is a call, and not what is around all calls."""
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


@dataclass(slots=True, eq=False)
class Change:
    """One difference between two traces; not to be changed.

    Attributes:
        kind: "added", "removed", "moved", "repeated" (made another number of times) and "renamed" (another function
            in its place) tell of calls; "argument", "result", "raises" (it does now), "no longer raises" and
            "exception" (another one) of one call, and "hidden" of the number of calls that the text
            hides inside it; "marker", "label", "yield", "resume" and "line" of another line
            inside a call; "header" of the level.
        name: The name of the call; for another line, of the call that it stands in.
        old: What the old text says, empty where it says nothing: a value, an exception, a call, a number of calls.
        new: What the new text says.
        place: Where the call stands.
        values: The differences inside the arguments, the result or another line's value.
        old_line: Number of the line in the old text, or None.
        new_line: Number of the line in the new text, or None.
        number: Which of the calls with this name under its caller it is, from 1; 0 where that is not known.
        total: How many there are.
        times: How many calls in succession changed in the same way.
        around: For an added or removed call, how many calls it was put around or taken from around.
        after: For a moved call, the name of the line before it in the new text.
        origin: For a moved call, where it stood, if that was under another call.
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
