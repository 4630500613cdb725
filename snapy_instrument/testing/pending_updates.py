"""Where trace snapshots wait to be written until the run knows whether they may be.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Desk", "Update", "desk"]

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Update(NamedTuple):
    """A trace snapshot that is to be changed.

    Attributes:
        location: The path of its file.
        old: What the file holds.
        new: What it is to hold.
    """

    location: str
    old: bytes
    new: bytes


class Desk:
    """Takes what the extension of syrupy is about to write.

    Attributes:
        open: Changes are held; else everything is written at once, as without a plugin.
        held: The changes that wait.
        traces: What snapshots and tracers held since it was last emptied, each with the name of who says so; None
            while nobody asks.
    """

    def __init__(self) -> None:
        self.open = False
        self.held: list[Update] = []
        self.traces: list[tuple[str, Any]] | None = None

    def begin(self) -> Callable[[], None]:
        """Start anew; gives what puts everything back, for a run of pytest inside another."""
        before = dict(vars(self))
        vars(self).update(vars(Desk()))
        return lambda: vars(self).update(before)

    def note(self, data: Any, by: str = "snapshot") -> None:
        """``data`` is a trace, or something that has one; a snapshot is made of it, or a tracer ends."""
        if self.traces is not None:
            self.traces.append((by, getattr(data, "trace", data)))

    def take(self, location: str, data: bytes, write: Callable[[], None]) -> None:
        """Write a new snapshot, hold a changed one."""
        if self.open and (old := _content(location)) is not None:
            self.held.append(Update(location, old, data))
        else:
            write()


def _content(location: str) -> bytes | None:
    try:
        return Path(location).read_bytes()
    except FileNotFoundError:
        return None


desk = Desk()
"""The desk of this process."""
