"""`Trace`, a recording as a value: its events, its calls as a tree, its text."""

from __future__ import annotations

__all__ = ["Trace"]

import os
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Unpack

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.assertions.call_assertions import CallAssertions
from snapy_instrument.trace.assertions.calls import Calls
from snapy_instrument.trace.call_index import CallIndex
from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from snapy_instrument.trace.storage.trace_file import read_tables, write_tables
from snapy_instrument.trace.text.layout import Layout, lay_out
from snapy_instrument.trace.text.levels import Detail
from snapy_instrument.trace.text.matched_text import matched_text
from snapy_instrument.trace.text.matchers import Filter, Matcher, Path, Revision
from snapy_instrument.trace.text.path_roots import PathRoots
from snapy_instrument.trace.text.text_options import TextOptions, TextOptionsDict
from snapy_instrument.trace.tree import CallNode, CallTree, Events, build_tree, events_of


class Trace(CallAssertions):
    """What a program did, as recorded. It shows, compares and snapshots as its text.

    Traces are equal when their texts at their own levels are. A trace is always true, even without calls;
    ``len()`` counts calls. It cannot be hashed. The events must not be changed after the trace was made.

    Args:
        events: The events, oldest first, or the tables that hold them, to which nothing is added any more.
        options: How its text looks; the defaults where there are none.
        changes: Arguments of `TextOptions`, which replace those of ``options``.

    Raises:
        ValueError: An option is malformed; the message names it.
    """

    def __init__(
        self, events: Events | EventTables, options: TextOptions | None = None, **changes: Unpack[TextOptionsDict]
    ) -> None:
        self._tables = events if isinstance(events, EventTables) else None
        self._given = None if isinstance(events, EventTables) else tuple(events_of(events))
        self._options = (options or TextOptions()).changed(**changes)

    @cached_property
    def events(self) -> tuple[CallEvent, ...]:
        """All events, oldest first."""
        return tuple(self.tables.events()) if self._given is None else self._given

    @property
    def tables(self) -> EventTables:
        """The events as tables."""
        if self._tables is None:
            self._tables = EventTables.from_events(self._given or ())
        return self._tables

    @property
    def detail(self) -> str:
        """The level of its text: "minimal", "standard" or "verbose"."""
        return self._options.detail

    @property
    def path_roots(self) -> PathRoots:
        """What absolute paths are shortened to."""
        return self._options.root

    @property
    def options(self) -> TextOptions:
        """How its text looks."""
        return self._options

    def replace(self, **changes: Unpack[TextOptionsDict]) -> Trace:
        """Return a trace of the same events with other options: ``trace.replace(max_depth=None, detail="verbose")``.

        Raises:
            ValueError: An option is malformed.
        """
        made = Trace(self._source, self._options, **changes)
        if "events" in self.__dict__:
            made.__dict__["events"] = self.events
        return made

    @property
    def _source(self) -> EventTables | tuple[CallEvent, ...]:
        return self.tables if self._given is None else self._given

    @cached_property
    def tree(self) -> CallTree:
        """The calls as a tree."""
        return build_tree(self.index)

    @cached_property
    def index(self) -> CallIndex:
        """The calls by number."""
        if self._given is None:
            return CallIndex(self.tables)
        return CallIndex(self._given)

    @cached_property
    def _nodes(self) -> list[CallNode]:
        return list(self.tree.walk())

    @property
    def calls(self) -> Calls:
        """The call events in the order of the tree, each before the calls inside it.

        A list; called with a pattern, ``trace.calls("shop.tax")``, it returns those with that full name.
        """
        return Calls(self._nodes, self)

    @property
    def roots(self) -> list[CallNode]:
        """The calls without a recorded caller; those of other threads last."""
        return [*self.tree.roots, *self.tree.detached]

    @cached_property
    def layout(self) -> Layout:
        """Its text at its own level, with the decisions behind it."""
        return lay_out(self, self._options)

    def format(self, detail: Detail | None = None) -> str:
        """Return its text, at another level where ``detail`` names one.

        Raises:
            ValueError: There is no such level.
        """
        options = self._options if detail is None else self._options.changed(detail=detail)
        return self.layout.text if options.detail == self.detail else lay_out(self, options).text

    def format_revised(
        self,
        *,
        matcher: Matcher | None = None,
        include: Filter | None = None,
        exclude: Filter | None = None,
        path: Path = (),
    ) -> str:
        """Return the text after matchers and filters replaced and left out values, as a snapshot with these holds it.

        See `Revision` for the arguments.
        """
        if matcher is None and include is None and exclude is None:
            return self.layout.text
        return matched_text(self.tree, self._options, Revision(matcher, include, exclude, path))

    def diff(self, other: Events | str) -> TraceDiff:
        """Return what ``other``, the newer one, does differently: a trace, events or the text of a trace.

        Raises:
            TraceError: The text is no trace.
        """
        return diff_traces(self, other)

    def save(self, path: str | os.PathLike[str], progress: Callable[[int, int], None] | None = None) -> None:
        """Write the trace to ``path``, usually called ``*.snapy``; compressed if the name ends with ``.gz``.

        A regular file is replaced in one step and keeps its mode; links are followed, and pipes and devices are
        written to.

        Args:
            path: The file; its folder must exist.
            progress: Called from time to time with the number of events written, and of how many.

        Raises:
            TraceError: A hand-made event holds something that cannot be saved.
            OSError: The file cannot be written; an older one is unchanged.
        """
        write_tables(path, self.tables, self._options.to_header(), progress)

    @classmethod
    def load(cls, path: str | os.PathLike[str], progress: Callable[[int, int], None] | None = None) -> Trace:
        """Return the trace in ``path``, with the options it was saved with.

        Args:
            path: What `save`, a `StreamingTracer` or a `TraceProcessor` wrote.
            progress: Called from time to time with the number of bytes read, uncompressed, and the size of the file.

        Raises:
            TraceError: The file is not a saved trace; the message names the file, the line and the cause.
            OSError: The file cannot be read.
        """
        tables, header = read_tables(path, progress)
        try:
            return cls(tables, TextOptions.from_header(header))
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as problem:
            raise TraceError(
                f"{os.fspath(path)} is not a saved trace: line 1 has a wrong option ({problem}); save the trace again"
            ) from None

    def __str__(self) -> str:
        return self.layout.text

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return self.layout.text == other.layout.text if isinstance(other, Trace) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self.index)

    def __iter__(self) -> Iterator[CallEvent]:
        return iter([node.call for node in self._nodes])

    def _asserted(self) -> Trace:
        return self

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        return Trace, (self._source, self._options)
