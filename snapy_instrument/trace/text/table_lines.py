"""The lines of calls, made from tables: equal calls and equal values are formatted once."""

from __future__ import annotations

__all__ = ["LineSource", "TableLines"]

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from snapy_instrument.trace.call_index import CallIndex
from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.text.call_lines import CallLines
from snapy_instrument.trace.text.value_text import ROOM, clean
from snapy_instrument.trace.tree import build_tree

_HeadKey: TypeAlias = tuple[int, int, int]
"""Site, arguments and extras."""
_Form: TypeAlias = tuple[str, list[tuple[str, int]]]
"""The name of a call; the names of the arguments that are shown, each with its place among the parameters."""

_USUAL = frozenset({"defaulted", "spawn_id", "detached", "finished"})


class LineSource(Protocol):
    """Where a text gets its lines from.

    Attributes:
        lines: Formats single calls.
    """

    @property
    def lines(self) -> CallLines:
        """The formatter of single calls."""

    def texts(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        """Yield head and outcome of each call, drafted."""

    def label(self, number: int, parent: int | None) -> str:
        """Return the label in front of what is inside a call, or nothing."""


class TableLines:
    """The lines of the calls of one trace.

    Args:
        index: The calls.
        lines: Formats the calls that are rare: those left by an exception, and those of hand-made events.

    Attributes:
        lines: As given.
    """

    def __init__(self, index: CallIndex, lines: CallLines) -> None:
        self.lines = lines
        self._index = index
        tables = index.tables
        self._tables = tables
        fields = [dict(each or ()) for each in tables.extras]
        self._fields = fields
        self._odd = {number for number, each in enumerate(fields) if not _USUAL.issuperset(each)}
        self._heads = _Memo(self._head)
        self._outcomes = _Memo(self._outcome)
        self._values = _Memo(self._value)
        self._forms: dict[tuple[int, int], _Form] = {}
        self._nodes: list[CallNode] | None = None

    def __repr__(self) -> str:
        return f"<TableLines at level {self.lines.level.name}>"

    def texts(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        """Yield head and outcome of each call, drafted."""
        index, rows, odd = self._index, self._tables.rows, self._odd
        sites, arguments, extras, values, exceptions = (
            rows.sites,
            rows.arguments,
            rows.extras,
            rows.values,
            rows.exceptions,
        )
        heads, outcomes = self._heads, self._outcomes
        begins, ends, raised = index.rows, index.ends, index.raised
        for number in numbers:
            begin, end = begins[number], ends[number]
            if odd and (extras[begin] in odd or extras[end] in odd):
                node = self._node(number)
                yield self.lines.head(node), self.lines.outcome(node)
                continue
            head = heads[sites[begin], arguments[begin], extras[begin]]
            if end < 0 or raised[number] >= 0 or exceptions[end] >= 0:
                yield head, self.lines.outcome(self._node(number))
            else:
                yield head, outcomes[values[end], extras[end]]

    def label(self, number: int, parent: int | None) -> str:
        """Return the label in front of what is inside a call, or nothing: see `CallLines.label`."""
        begins, lanes, odd = self._index.rows, self._tables.rows.lanes, self._odd
        if not odd and parent is not None and lanes[begins[number]] == lanes[begins[parent]]:
            return ""
        return self.lines.label(self._node(number), None if parent is None else self._node(parent))

    def _node(self, number: int) -> CallNode:
        index = self._index
        if self.lines.level.everything:  # the notes of an exception are compared with those of inner calls
            if self._nodes is None:
                self._nodes = build_tree(index).nodes
            return self._nodes[number]
        node = CallNode(index.event(index.rows[number]), index.orders[number], number)
        end, raised = index.ends[number], index.raised[number]
        node.returned = None if end < 0 else index.event(end)
        node.raised = None if raised < 0 else index.event(raised)
        return node

    def _head(self, key: _HeadKey) -> str:
        site, arguments, extras = key
        form = self._forms.get((site, extras))
        if form is None:
            form = self._forms[site, extras] = self._form(site, extras)
        name, parameters = form
        if not self.lines.level.values:
            return name
        if arguments < 0:
            return f"{name}()"
        numbers, values = self._tables.arguments[arguments], self._values
        drafts = [] if self.lines.values.by_name else [values[numbers[i]] for _, i in parameters]
        if self.lines.values.by_name or sum(map(len, drafts)) > ROOM:
            found = self._tables.values
            return f"{name}({self.lines.values.arguments([(key, found[numbers[i]]) for key, i in parameters])})"
        return f"{name}({', '.join([f'{key}={draft}' for (key, _), draft in zip(parameters, drafts, strict=True)])})"

    def _form(self, site: int, extras: int) -> _Form:
        row = self._tables.sites[site]
        qualname = row.qualname or row.function_name
        name = clean(f"{row.module}.{qualname}" if row.module else qualname)
        if not row.parameters:
            return name, []
        shown = set(self.lines.shown(row.parameters, row.qualname, self._fields[extras].get("defaulted", ())))
        return name, [(clean(each), place) for place, each in enumerate(row.parameters) if each in shown]

    def _outcome(self, key: tuple[int, int]) -> str:
        value, extras = key
        if not self.lines.level.values:
            return ""
        if not self._fields[extras].get("finished", True):
            return "-> <unfinished>"
        if not value and not self.lines.level.everything:
            return ""
        draft = self._values[value]
        return f"-> {draft if len(draft) <= ROOM else self.lines.values.fitted(self._tables.values[value])}"

    def _value(self, number: int) -> str:
        return self.lines.values.draft(self._tables.values[number])


class _Memo(dict[Any, str]):
    """Texts by key, each made when it is first asked for."""

    __slots__ = ("_make",)

    def __init__(self, make: Any) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> str:
        text: str = self._make(key)
        self[key] = text
        return text
