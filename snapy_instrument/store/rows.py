"""The rows of a recording: one an event, numbers alone, kept as columns. They refer to `SiteRow` and `LaneRow`."""

from __future__ import annotations

__all__ = ["KINDS", "KIND_NUMBERS", "Fields", "LaneRow", "Rows", "SiteRow"]

from array import array
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.events import EventType

keep_builtins(globals())

KINDS: tuple[EventType, ...] = tuple(EventType)
"""Kinds of events; `Rows.kinds` holds indexes into it."""

KIND_NUMBERS: dict[str, int] = {kind: number for number, kind in enumerate(KINDS)}


class SiteRow(NamedTuple):
    """A function, or the text of a marker in ``function_name``. Fields as in `CallEvent`.

    Attributes:
        parameters: Names of the arguments, in the order of the values in `Tables.arguments`.
    """

    function_name: str
    filename: str
    line_number: int
    module: str
    qualname: str
    backend: str
    parameters: tuple[str, ...]


class LaneRow(NamedTuple):
    """A thread, or a task in it. Fields as in `CallEvent`."""

    thread_id: str
    task: str | None


Fields: TypeAlias = tuple[tuple[str, Any], ...]
"""Fields of an event that no column holds, by name, such as ``(("defaulted", ("quantity",)),)``.

They replace what the columns say, so any event can be written down, a malformed one too.
"""


class Rows:
    """The numbers of all events, a column each. All columns have the same length.

    Args:
        length: How many rows there are at first: those of a root call without arguments, values and anything rare.

    Attributes:
        kinds: What happened: an index into `KINDS`.
        call_ids: As in `CallEvent`.
        parent_ids: As in `CallEvent`; -1 for None.
        depths: As in `CallEvent`.
        sites: Index into `Tables.sites`. Events of one call have one site, the ends of the call too.
        lanes: Index into `Tables.lanes`.
        times: Seconds of a monotonic clock.
        memory: Bytes.
        arguments: Index into `Tables.arguments`; -1 for an event without arguments.
        values: Index into `Tables.values`, 0 for None: the result, the exception, the value that went out or came in;
            on a line event the dict of the variables that changed.
        exceptions: Index into `Tables.exceptions`; -1 for None.
        raised_in: As in `CallEvent`; -1 for None.
        extras: Index into `Tables.extras`; 0 for none.
    """

    __slots__ = (
        "arguments",
        "call_ids",
        "depths",
        "exceptions",
        "extras",
        "kinds",
        "lanes",
        "memory",
        "parent_ids",
        "raised_in",
        "sites",
        "times",
        "values",
    )

    def __init__(self, length: int = 0) -> None:
        self.kinds = array("b", (0,)) * length
        self.call_ids = array("q", (0,)) * length
        self.parent_ids = array("q", (-1,)) * length
        self.depths = array("i", (0,)) * length
        self.sites = array("i", (0,)) * length
        self.lanes = array("i", (0,)) * length
        self.times = array("d", (0.0,)) * length
        self.memory = array("q", (0,)) * length
        self.arguments = array("i", (-1,)) * length
        self.values = array("i", (0,)) * length
        self.exceptions = array("i", (-1,)) * length
        self.raised_in = array("q", (-1,)) * length
        self.extras = array("i", (0,)) * length

    def __len__(self) -> int:
        return len(self.kinds)

    def __repr__(self) -> str:
        return f"<Rows: {len(self)}>"

    def columns(self) -> tuple[Any, ...]:
        """Return the columns, in the order that `extend` takes."""
        return (
            self.kinds,
            self.call_ids,
            self.parent_ids,
            self.depths,
            self.sites,
            self.lanes,
            self.times,
            self.memory,
            self.arguments,
            self.values,
            self.exceptions,
            self.raised_in,
            self.extras,
        )

    def extend(self, columns: Iterable[Iterable[Any]]) -> None:
        """Add rows, given as columns in the order of `columns`.

        Raises:
            TypeError, OverflowError: A number does not fit; no row is added.
        """
        made = [
            new if isinstance(new, array) and new.typecode == mine.typecode else array(mine.typecode, new)
            for mine, new in zip(self.columns(), columns, strict=True)
        ]
        for mine, new in zip(self.columns(), made, strict=True):
            mine.extend(new)

    def clear(self) -> None:
        """Remove all rows."""
        for column in self.columns():
            del column[:]
