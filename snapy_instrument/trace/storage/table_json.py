"""Tables as lines of JSON, and back: see ``docs/reference/trace-file.md``.

The entries of a table are written when they are first met; then the rows that refer to them follow. After the line
``{"window": true}`` all tables begin anew, so that a writer may forget what it wrote.
"""

from __future__ import annotations

__all__ = ["TableReader", "TableWriter", "json_line"]

import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import ne
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.errors import TraceError
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.store.rows import LaneRow, SiteRow
from snapy_instrument.trace.storage.event_json import checked_field, decode, encode, encoded_field
from snapy_instrument.trace.storage.row_batches import RowReader, RowWriter

keep_builtins(globals())

_MOST_ENTRIES = 10_000
"""In one line."""
_UNTRUE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)


def json_line(found: Any) -> str:
    """Return ``found`` as a line of JSON."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


class TableWriter:
    """A writer of the tables of one file, as lines."""

    def __init__(self) -> None:
        self._first = ""
        self._begin()

    def _begin(self) -> None:
        self._rows = RowWriter()
        # The first value and the first extras are None in every table.
        self._written = {"sites": 0, "lanes": 0, "values": 1, "arguments": 0, "exceptions": 0, "extras": 1}

    def begin_window(self) -> None:
        """Begin all tables anew: the next lines are those of other tables."""
        self._begin()
        self._first = json_line({"window": True})

    def end(self, events: int) -> str:
        """Return the last line of a file that holds so many events."""
        return json_line({"end": events})

    def lines(self, tables: EventTables, start: int, end: int) -> Iterator[str]:
        """Yield the entries of ``tables`` that no line has yet, and the rows from ``start`` to ``end``.

        Raises:
            TraceError: A value of a hand-made event cannot be saved; the message names the event.
        """
        yield self._first
        self._first = ""
        yield from self._entries("sites", tables.sites, lambda row: [*map(encode, row[:-1]), encode([*row.parameters])])
        yield from self._entries("lanes", tables.lanes, lambda row: [encode(each) for each in row])
        yield from self._entries("values", tables.values, encode, tables)
        yield from self._entries("arguments", tables.arguments, None)
        yield from self._entries("exceptions", tables.exceptions, lambda row: [encode(each) for each in row])
        yield from self._entries("extras", tables.extras, _encoded_extras, tables)
        yield json_line(self._rows.packed(tables.rows, start, end))

    def _entries(
        self, name: str, entries: Sequence[Any], make: Callable[[Any], Any] | None, tables: EventTables | None = None
    ) -> Iterator[str]:
        for first in range(self._written[name], len(entries), _MOST_ENTRIES):
            part = entries[first : first + _MOST_ENTRIES]
            found: list[Any] = []
            try:
                found.extend(part if make is None else map(make, part))
                yield json_line({name: found})
            except (TraceError, RecursionError) as problem:
                raise _unsaved(problem, tables, name, first + _saved(found)) from None
            self._written[name] = first + len(part)


def _encoded_extras(fields: Any) -> dict[str, Any]:
    return {name: encoded_field(name, value) for name, value in fields}


def _saved(found: list[Any]) -> int:
    """Return how many of ``found`` can be written."""
    for number, entry in enumerate(found):
        try:
            json_line(entry)
        except RecursionError:
            return number
    return len(found)


def _unsaved(problem: Exception, tables: EventTables | None, name: str, number: int) -> TraceError:
    """Return the error of an entry that cannot be saved, with the first event that has it."""
    cause = "a value is nested too deep to be saved" if isinstance(problem, RecursionError) else str(problem)
    if tables is None:
        return TraceError(cause)
    column = tables.rows.extras if name == "extras" else tables.rows.values
    for row, arguments in enumerate(tables.rows.arguments):
        if column[row] == number or (name == "values" and arguments >= 0 and number in tables.arguments[arguments]):
            return TraceError(f"event {row} ({tables.event(row).name}): {cause}")
    return TraceError(cause)


class TableReader:
    """A reader of lines that `TableWriter` wrote, one after the other.

    Attributes:
        tables: What was read so far.
        ended: Whether the last line was the end of the file.
    """

    def __init__(self) -> None:
        self.tables = EventTables()
        self.ended = False
        self._begin()

    def _begin(self) -> None:
        self._rows = RowReader()
        # The place of each entry of this window among all: equal entries of two windows are one.
        self._sites: list[int] = []
        self._lanes: list[int] = []
        self._values: list[int] = [0]
        self._arguments: list[int] = []
        self._exceptions: list[int] = []
        self._extras: list[int] = [0]

    def read(self, found: Any) -> None:
        """Add what a line holds.

        Raises:
            ValueError: It was not made by `TableWriter`; the message says what is wrong.
        """
        if type(found) is not dict or not found:
            raise ValueError(f"a line is a JSON object with entries or rows, not {type(found).__name__}")
        name = next(iter(found))
        if name not in _READERS:
            raise ValueError(f"{name!r} is no table")
        try:
            _READERS[name](self, found)
        except _UNTRUE as problem:
            raise ValueError(f"{name}: {problem or type(problem).__name__}") from None
        self.ended = name == "end"

    def _read_sites(self, found: Any) -> None:
        for entry in found["sites"]:
            *fields, parameters = map(decode, entry)
            names = ("function_name", "filename", "line_number", "module", "qualname", "backend")
            if len(fields) != len(names) or type(parameters) is not list or not all(type(p) is str for p in parameters):
                raise ValueError("a site has six fields and the names of its parameters")
            checked: Any = (*map(checked_field, names, fields), tuple(parameters))
            self._sites.append(self.tables.site(SiteRow(*checked)))

    def _read_lanes(self, found: Any) -> None:
        for entry in found["lanes"]:
            thread_id, task = map(decode, entry)
            row = LaneRow(checked_field("thread_id", thread_id), checked_field("task", task))
            self._lanes.append(self.tables.lane(row))

    def _read_values(self, found: Any) -> None:
        number = self.tables.interned.number
        self._values.extend([number(decode(entry)) for entry in _list_of(found["values"])])

    def _read_arguments(self, found: Any) -> None:
        entries = _list_of(found["arguments"])
        values, arguments_of = self._values, self.tables.arguments_of
        if not set(map(type, chain.from_iterable(entries))) <= {int}:
            raise TypeError("a place is no whole number")
        highest = max((max(entry) for entry in entries if entry), default=0)
        if highest >= len(values) or min((min(entry) for entry in entries if entry), default=0) < 0:
            raise ValueError(f"there is no value {highest}")
        if values == list(range(len(values))):
            self._arguments.extend([arguments_of(tuple(entry)) for entry in entries])
        else:
            self._arguments.extend([arguments_of(tuple(map(values.__getitem__, entry))) for entry in entries])

    def _read_exceptions(self, found: Any) -> None:
        for entry in found["exceptions"]:
            info: ExceptionInfo = checked_field("exception", [decode(each) for each in entry])
            self._exceptions.append(self.tables.exception(info))

    def _read_extras(self, found: Any) -> None:
        for entry in found["extras"]:
            fields = tuple((name, checked_field(name, decode(value))) for name, value in entry.items())
            self._extras.append(self.tables.extra(fields))

    def _read_rows(self, found: Any) -> None:
        rows = self._rows.unpacked(found)
        _check(rows.call_ids, "ids", None)
        columns = list(rows.columns())
        for place, numbers, absent, name in (
            (4, self._sites, 0, "site"),
            (5, self._lanes, 0, "lane"),
            (8, self._arguments, -1, "arguments"),
            (9, self._values, 0, "value"),
            (10, self._exceptions, -1, "exception"),
            (12, self._extras, 0, "extras"),
        ):
            _check(columns[place], name, len(numbers), absent)
            if numbers != list(range(len(numbers))):
                # The last one is what an index of -1 gets.
                columns[place] = array("i", map([*numbers, -1].__getitem__, columns[place]))
        self._check_arguments(columns[4], columns[8])
        self.tables.rows.extend(columns)

    def _check_arguments(self, sites: Any, arguments: Any) -> None:
        """Check that each row has as many arguments as its site has parameters."""
        wanted = [len(site.parameters) for site in self.tables.sites]
        lengths = [len(entry) for entry in self.tables.arguments]
        pairs = {pair for pair in zip(sites, arguments, strict=True) if pair[1] >= 0}
        if any(map(ne, [wanted[site] for site, _ in pairs], [lengths[each] for _, each in pairs])):
            raise ValueError("a call has more or fewer arguments than its site has parameters")

    def _read_window(self, found: Any) -> None:
        self._begin()

    def _read_end(self, found: Any) -> None:
        if found["end"] != len(self.tables):
            raise ValueError(f"{found['end']} events were written, {len(self.tables)} are here")


_READERS: dict[str, Callable[[TableReader, Any], None]] = {
    "sites": TableReader._read_sites,
    "lanes": TableReader._read_lanes,
    "values": TableReader._read_values,
    "arguments": TableReader._read_arguments,
    "exceptions": TableReader._read_exceptions,
    "extras": TableReader._read_extras,
    "rows": TableReader._read_rows,
    "window": TableReader._read_window,
    "end": TableReader._read_end,
}


def _list_of(found: Any) -> list[Any]:
    if type(found) is not list:
        raise TypeError("there is no list")
    return found


def _check(column: Sequence[int], name: str, length: int | None, least: int = 0) -> None:
    if column and (min(column) < least or (length is not None and max(column) >= length)):
        raise ValueError(f"a row refers to {name} {max(column)}, which no line before it has")
