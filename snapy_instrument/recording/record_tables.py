"""Records as tables, which a trace is made of: see `snapy_instrument.store`."""

from __future__ import annotations

__all__ = ["add_records"]

from collections.abc import Sequence
from typing import Any, TypeAlias

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._gc_pause import uncollected
from snapy_instrument.events import EventType
from snapy_instrument.recording.log import Log
from snapy_instrument.recording.records import (
    BACKEND,
    CALL,
    CALL_ID,
    CONTEXT,
    DEFAULTED,
    DEPTH,
    EXCEPTION,
    EXTRA,
    FINISHED,
    KIND,
    MEMORY,
    ORIGIN,
    PARENT_ID,
    SITE,
    TASK,
    TEXT,
    TIME,
    VALUE,
    VALUES,
    Record,
)
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.store.rows import KIND_NUMBERS, LaneRow, Rows, SiteRow

keep_builtins(globals())

_RETURN = KIND_NUMBERS[EventType.RETURN]

_CallNumbers: TypeAlias = tuple[int, int, int, int, int]
"""Parent id, depth, site, lane and extras."""


def add_records(tables: EventTables, log: Log) -> None:
    """Add the records of ``log``, oldest first, to ``tables``; the events are those that `event_of` makes of them."""
    with uncollected():
        tables.rows.extend(_RecordWriter(tables).rows(list(log.records())).columns())
        tables.interned.forget_objects()


class _RecordWriter:
    def __init__(self, tables: EventTables) -> None:
        self._tables = tables
        self._sites: dict[tuple[Any, str], int] = {}
        self._lanes: dict[tuple[str, str | None], int] = {}

    def rows(self, records: Sequence[Record]) -> Rows:
        """Return the rows of ``records``."""
        tables, rows = self._tables, Rows(len(records))
        value_number, arguments_of = tables.interned.number_kept, tables.arguments_of
        kinds, call_ids, parent_ids, depths, sites, lanes, times, memory, arguments, values, *_ = rows.columns()
        # Enum members by attribute cost a look-up in the class each time.
        call_kind, return_kind, marker_kind = EventType.CALL, EventType.RETURN, EventType.MARKER
        begun: dict[int, _CallNumbers] = {}
        for row, record in enumerate(records):
            kind = record[KIND]
            times[row], memory[row] = record[TIME], record[MEMORY]
            if kind is call_kind:
                call_id, captured = record[CALL_ID], record[VALUES]
                known = begun[call_id] = self._call(record)
                if captured:
                    arguments[row] = arguments_of(tuple(map(value_number, captured)))
                extras = known[4]
            elif kind is marker_kind:
                kinds[row] = KIND_NUMBERS[kind]
                sites[row] = tables.site(SiteRow(record[TEXT], "", 0, "", "", "", ()))
                lanes[row] = tables.lane(LaneRow("", None))
                continue
            else:
                call, value = record[CALL], record[VALUE]
                call_id = call[CALL_ID]
                known = begun.get(call_id) or self._call(call)
                extras = known[4]
                if value is not None:
                    values[row] = value_number(value)
                if kind is return_kind:
                    kinds[row] = _RETURN
                else:
                    kinds[row] = KIND_NUMBERS[kind]
                exception, extra = record[EXCEPTION], record[EXTRA]
                if exception is not None:
                    rows.exceptions[row] = tables.exception(exception)
                if extra is not None:
                    if kind is EventType.LINE:
                        extras = self._with(extras, "line_number", extra)
                        if not value:
                            values[row] = 0
                    else:
                        rows.raised_in[row] = extra
                if not record[FINISHED]:
                    extras = self._with(extras, "finished", False)
            call_ids[row] = call_id
            parent_ids[row], depths[row], sites[row], lanes[row], _ = known
            if extras:
                rows.extras[row] = extras
        return rows

    def _call(self, call: Record) -> _CallNumbers:
        """Return the numbers that all events of ``call`` share."""
        site, context, task, parent_id = call[SITE], call[CONTEXT], call[TASK], call[PARENT_ID]
        site_key = (site, call[BACKEND])
        lane_key = (context.thread_id, task)
        site_number = self._sites.get(site_key)
        if site_number is None:
            site_number = self._sites[site_key] = self._tables.site(_site_row(*site_key))
        lane = self._lanes.get(lane_key)
        if lane is None:
            lane = self._lanes[lane_key] = self._tables.lane(LaneRow(*lane_key))
        defaulted, origin, extras = call[DEFAULTED], call[ORIGIN], 0
        if defaulted or origin is not None or (parent_id is None and not context.home):
            fields: list[tuple[str, Any]] = [("defaulted", defaulted)] if defaulted else []
            if origin is not None:
                fields.append(("spawn_id", origin.spawn_id))
            if parent_id is None and (not context.home if origin is None else origin.detached):
                fields.append(("detached", True))
            extras = self._tables.extra(tuple(fields))
        return (-1 if parent_id is None else parent_id, call[DEPTH], site_number, lane, extras)

    def _with(self, extras: int, name: str, value: Any) -> int:
        return self._tables.extra((*(self._tables.extras[extras] or ()), (name, value)))


def _site_row(site: Any, backend: str) -> SiteRow:
    return SiteRow(
        site.function_name, site.filename, site.line_number, site.module, site.qualname, backend, site.parameters
    )
