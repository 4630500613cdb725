"""`Trace`: a recording as a value: its events, its calls as a tree, its text."""

from __future__ import annotations

__all__ = ["Trace", "load_trace", "save_trace"]

import os
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from snapy_instrument.errors import TraceError
from snapy_instrument.events import CallEvent
from snapy_instrument.trace.diff import TraceDiff, diff_traces
from snapy_instrument.trace.files import read_events, write_events
from snapy_instrument.trace.levels import normal_level
from snapy_instrument.trace.paths import PathRoots, Roots
from snapy_instrument.trace.text import Layout, lay_out
from snapy_instrument.trace.tree import CallNode, CallTree, Events, build_tree, events_of


class Trace:
    """What a program did, as recorded. It shows, compares and snapshots as its text.

    Traces are equal when their texts at their own levels are. A trace is always true, even without calls;
    ``len()`` counts calls. It cannot be hashed. The events must not be changed after the trace was made.

    Args:
        events: The events, oldest first.
        level: Level of its text: "minimal", "standard" (or "detailed") or "verbose".
        roots: What absolute paths are shortened to; default the places of this machine, `PathRoots.here`.

    Raises:
        ValueError: There is no such level.
    """

    def __init__(self, events: Events, *, level: str = "standard", roots: Roots | None = None) -> None:
        self._events = tuple(events_of(events))
        self._level = normal_level(level)
        self._path_roots = PathRoots.here() if roots is None else PathRoots.of(roots)

    @property
    def events(self) -> tuple[CallEvent, ...]:
        """All events, oldest first."""
        return self._events

    @property
    def level(self) -> str:
        """The level of its text: "minimal", "standard" or "verbose"."""
        return self._level

    @property
    def path_roots(self) -> PathRoots:
        """What absolute paths are shortened to."""
        return self._path_roots

    @cached_property
    def tree(self) -> CallTree:
        """The calls as a tree."""
        return build_tree(self._events)

    @cached_property
    def calls(self) -> list[CallEvent]:
        """The call events in the order of the tree, each before the calls inside it."""
        return [node.call for node in self.tree.walk()]

    @property
    def roots(self) -> list[CallNode]:
        """The calls without a recorded caller; those of other threads last."""
        return [*self.tree.roots, *self.tree.detached]

    @cached_property
    def layout(self) -> Layout:
        """Its text at its own level, with the decisions behind it."""
        return lay_out(self.tree, self._level, self._path_roots)

    def format(self, level: str | None = None) -> str:
        """The text at ``level``, by default its own.

        Raises:
            ValueError: There is no such level.
        """
        if level is None or normal_level(level) == self._level:
            return self.layout.text
        return lay_out(self.tree, level, self._path_roots).text

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
        roots = {label: list(prefixes) for label, prefixes in self._path_roots.prefixes.items()}
        write_events(path, self._events, {"level": self._level, "roots": roots})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trace:
        """The trace in ``path``, with the level and the path roots it was saved with.

        Raises:
            TraceError: The file is not a saved trace.
            OSError: The file cannot be read.
        """
        events, header = read_events(path)
        try:
            return cls(events, level=header.get("level", "standard"), roots=PathRoots(header.get("roots", {})))
        except (ValueError, TypeError, AttributeError) as problem:
            raise TraceError(
                f"{os.fspath(path)} is not a saved trace: line 1 has a wrong level or roots ({problem}); "
                "save the trace again"
            ) from None

    def __str__(self) -> str:
        return self.layout.text

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return self.layout.text == other.layout.text if isinstance(other, Trace) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self.calls)

    def __iter__(self) -> Iterator[CallEvent]:
        return iter(self.calls)

    def __bool__(self) -> bool:
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._events, self._level, self._path_roots)


def _restored(events: tuple[CallEvent, ...], level: str, roots: PathRoots) -> Trace:
    return Trace(events, level=level, roots=roots)


def save_trace(trace: Trace, path: str | os.PathLike[str]) -> None:
    """`Trace.save`."""
    trace.save(path)


def load_trace(path: str | os.PathLike[str]) -> Trace:
    """`Trace.load`."""
    return Trace.load(path)
