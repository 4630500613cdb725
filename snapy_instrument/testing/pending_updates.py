"""Changes of trace snapshots that wait until the run knows whether they may be written.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["PendingUpdates", "Update", "pending"]

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Update(NamedTuple):
    """A change of a trace snapshot.

    Attributes:
        location: The path of its file.
        old: The content of the file.
        new: What the file will contain.
    """

    location: str
    old: bytes
    new: bytes


class PendingUpdates:
    """The changes of one run, received from the syrupy extension.

    Attributes:
        holds: Whether changes wait. Without a plugin nobody would write them later, so they are written at once.
        updates: The changes that wait.
        traces: Each trace of a snapshot or of a tracer, after its source, "snapshot" or "tracer"; None
            while nobody reads them.
    """

    def __init__(self) -> None:
        self.holds = False
        self.updates: list[Update] = []
        self.traces: list[tuple[str, Any]] | None = None

    def begin(self) -> Callable[[], None]:
        """Start anew, and return a function that restores the state before: pytest may run inside another run."""
        before = dict(vars(self))
        vars(self).update(vars(PendingUpdates()))
        return lambda: vars(self).update(before)

    def note_trace(self, data: Any, source: str = "snapshot") -> None:
        """Note a trace, or an object that has one, where somebody reads them."""
        if self.traces is not None:
            self.traces.append((source, getattr(data, "trace", data)))

    def receive(self, location: str, data: bytes, write: Callable[[], None]) -> None:
        """Write a new snapshot, hold a changed one."""
        if self.holds and (old := _content(location)) is not None:
            self.updates.append(Update(location, old, data))
        else:
            write()


def _content(location: str) -> bytes | None:
    try:
        return Path(location).read_bytes()
    except FileNotFoundError:
        return None


pending = PendingUpdates()
"""The pending changes of this process."""
