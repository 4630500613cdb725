"""What the rows of a recording refer to, each different entry once."""

from __future__ import annotations

__all__ = ["Entries"]

from typing import Any, TypeVar

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.store.interned_values import InternedValues
from snapy_instrument.store.rows import Fields, LaneRow, SiteRow

keep_builtins(globals())

_T = TypeVar("_T")


class Entries:
    """Tables of sites, lanes, values, arguments, exceptions and rare fields. An index never changes.

    Attributes:
        sites: `SiteRow` by index.
        lanes: `LaneRow` by index.
        interned: Numbers the values.
        arguments: Tuples of indexes into ``values``, as long as the ``parameters`` of the sites that they belong to.
        exceptions: `ExceptionInfo` by index.
    """

    __slots__ = (
        "_argument_numbers",
        "_exception_numbers",
        "_interned_extras",
        "_lane_numbers",
        "_site_numbers",
        "arguments",
        "exceptions",
        "interned",
        "lanes",
        "sites",
    )

    def __init__(self) -> None:
        self.sites: list[SiteRow] = []
        self.lanes: list[LaneRow] = []
        self.interned = InternedValues()
        self.arguments: list[tuple[int, ...]] = []
        self.exceptions: list[ExceptionInfo] = []
        self._site_numbers: dict[SiteRow, int] = {}
        self._lane_numbers: dict[LaneRow, int] = {}
        self._argument_numbers: dict[tuple[int, ...], int] = {}
        self._exception_numbers: dict[ExceptionInfo, int] = {}
        self._interned_extras = InternedValues()

    @property
    def values(self) -> list[Any]:
        """The interned values by index; the first is None."""
        return self.interned.values

    @property
    def extras(self) -> list[Fields]:
        """Rare fields of events by index: see `Fields`; the first is None."""
        return self._interned_extras.values

    def site(self, row: SiteRow) -> int:
        """Return the index of ``row``, added if it is new."""
        return _number(self._site_numbers, self.sites, row)

    def lane(self, row: LaneRow) -> int:
        """Return the index of ``row``, added if it is new."""
        return _number(self._lane_numbers, self.lanes, row)

    def value(self, value: Any) -> int:
        """Return the index of a value: see `InternedValues.number`."""
        return self.interned.number(value)

    def arguments_of(self, values: tuple[int, ...]) -> int:
        """Return the index of the arguments with these values, given by index."""
        return _number(self._argument_numbers, self.arguments, values)

    def exception(self, info: ExceptionInfo) -> int:
        """Return the index of ``info``, added if it is new."""
        return _number(self._exception_numbers, self.exceptions, info)

    def extra(self, fields: Fields) -> int:
        """Return the index of rare fields of an event; 0 for none."""
        return self._interned_extras.number(fields) if fields else 0


def _number(numbers: dict[_T, int], entries: list[_T], entry: _T) -> int:
    found = numbers.get(entry)
    if found is None:
        found = numbers[entry] = len(entries)
        entries.append(entry)
    return found
