"""`Trace`: a recording as a value: its events, its calls as a tree, its text."""

from __future__ import annotations

__all__ = ["Trace", "load_trace", "save_trace"]

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.assertions.call_assertions import CallAssertions
from snapy_instrument.trace.assertions.calls import Calls
from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from snapy_instrument.trace.selection import Patterns
from snapy_instrument.trace.storage.trace_file import read_events, write_events
from snapy_instrument.trace.text.layout import Layout, lay_out
from snapy_instrument.trace.text.levels import normal_level
from snapy_instrument.trace.text.matched_text import revised_text
from snapy_instrument.trace.text.matchers import Filter, Matcher, Path, Revision
from snapy_instrument.trace.text.path_roots import PathRoots, Roots
from snapy_instrument.trace.text.scrubbers import Scrub
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.tree import CallNode, CallTree, Events, build_tree, events_of


class Trace(CallAssertions):
    """What a program did, as recorded. It shows, compares and snapshots as its text.

    Traces are equal when their texts at their own levels are. A trace is always true, even without calls;
    ``len()`` counts calls. It cannot be hashed. The events must not be changed after the trace was made.

    Args:
        events: The events, oldest first.
        level: Level of its text: "minimal", "standard" (or "detailed") or "verbose".
        roots: What absolute paths are shortened to; default the places of this machine, `PathRoots.here`.
        max_depth: How many calls the text shows inside one another, at least 1; deeper ones are counted.
        collapse: Patterns of calls, ``"shop.tax"`` or ``"shop.db.*"``: the text counts the calls inside them.
        float_digits: Significant digits of floats, 1 to 17; None means 12.
        scrub: What is replaced in values: names ("ansi", "datetime", "epoch", "hex", "port", "uuid") and pairs of a
            regex and its replacement.

    Raises:
        ValueError: An option is malformed; the message names it.
    """

    def __init__(
        self,
        events: Events,
        *,
        level: str = "standard",
        roots: Roots | None = None,
        max_depth: int | None = None,
        collapse: Patterns = (),
        float_digits: int | None = None,
        scrub: Scrub = (),
    ) -> None:
        self._events = tuple(events_of(events))
        self._options = TextOptions.of(
            level=level,
            roots=roots,
            max_depth=max_depth,
            collapse=collapse,
            float_digits=float_digits,
            scrub=scrub,
        )

    @property
    def events(self) -> tuple[CallEvent, ...]:
        """All events, oldest first."""
        return self._events

    @property
    def level(self) -> str:
        """The level of its text, "minimal", "standard" or "verbose"."""
        return self._options.level

    @property
    def path_roots(self) -> PathRoots:
        """What absolute paths are shortened to."""
        return self._options.roots

    @property
    def options(self) -> TextOptions:
        """How its text is told."""
        return self._options

    def replace(self, **options: Any) -> Trace:
        """The same events told with other options: ``trace.replace(max_depth=None, level="verbose")``.

        Raises:
            ValueError: An option is malformed.
        """
        return _restored(self._events, self._options.changed(**options))

    @cached_property
    def tree(self) -> CallTree:
        """The calls as a tree."""
        return build_tree(self._events)

    @cached_property
    def _nodes(self) -> list[CallNode]:
        return list(self.tree.walk())

    @property
    def calls(self) -> Calls:
        """The call events in the order of the tree, each before the calls inside it.

        A list; called with a pattern, ``trace.calls("shop.tax")``, it gives those with that full name.
        """
        return Calls(self._nodes, self)

    @property
    def roots(self) -> list[CallNode]:
        """The calls without a recorded caller; those of other threads last."""
        return [*self.tree.roots, *self.tree.detached]

    @cached_property
    def layout(self) -> Layout:
        """Its text at its own level, with the decisions behind it."""
        return lay_out(self.tree, self._options)

    def format(self, level: str | None = None) -> str:
        """The text at ``level``, by default its own.

        Raises:
            ValueError: There is no such level.
        """
        if level is None or normal_level(level) == self.level:
            return self.layout.text
        return lay_out(self.tree, self._options.changed(level=level)).text

    def format_revised(
        self,
        *,
        matcher: Matcher | None = None,
        include: Filter | None = None,
        exclude: Filter | None = None,
        path: Path = (),
    ) -> str:
        """The text, of which values were replaced or left out: what a snapshot with these holds, see `Revision`."""
        if matcher is None and include is None and exclude is None:
            return self.layout.text
        return revised_text(self.tree, self._options, Revision(matcher, include, exclude, path))

    def diff(self, other: Events | str) -> TraceDiff:
        """What ``other``, the newer one, does differently: a trace, events or the text of a trace.

        Raises:
            TraceError: The text is no trace.
        """
        return diff_traces(self, other)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the trace to ``path``, replacing the file in one step.

        Raises:
            TraceError: A hand-made event holds something that cannot be saved.
            OSError: The file cannot be written; an older one stays as it was.
        """
        write_events(path, self._events, self._options.to_header())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trace:
        """The trace in ``path``, with the options it was saved with.

        Raises:
            TraceError: The file is not a saved trace.
            OSError: The file cannot be read.
        """
        events, header = read_events(path)
        try:
            return _restored(events, TextOptions.from_header(header))
        except (ValueError, TypeError, AttributeError) as problem:
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
        return len(self._nodes)

    def __iter__(self) -> Iterator[CallEvent]:
        return iter([node.call for node in self._nodes])

    def _asserted(self) -> Trace:
        return self

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._events, self._options)


def _restored(events: Sequence[CallEvent], options: TextOptions) -> Trace:
    return Trace(events, **options.arguments)


def save_trace(trace: Trace, path: str | os.PathLike[str]) -> None:
    """`Trace.save`."""
    trace.save(path)


def load_trace(path: str | os.PathLike[str]) -> Trace:
    """`Trace.load`."""
    return Trace.load(path)
