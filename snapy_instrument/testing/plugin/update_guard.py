"""The trace snapshots that a run changes: reported at its end, and refused if there are too many.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["UpdateGuard", "change_line"]

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snapy_instrument._words import count
from snapy_instrument.testing.pending_updates import Update, pending
from snapy_instrument.testing.plugin.settings import NO_LIMIT

if TYPE_CHECKING:
    from snapy_instrument.trace.diff.change import Change

_MOST_LINES = 50
_MOST_NAMES = 3
_CALLS = {"added": "+", "removed": "-"}
_WORDS = {
    "argument": ("argument", "arguments"),
    "result": ("result", "results"),
    "raises": ("exception", "exceptions"),
    "no longer raises": ("exception", "exceptions"),
    "exception": ("exception", "exceptions"),
    "moved": ("moved call", "moved calls"),
    "renamed": ("replaced call", "replaced calls"),
    "header": ("level", "level"),
}
_OTHER = ("other line", "other lines")


class UpdateGuard:
    """A guard that writes all changed trace snapshots of a run, or none of them.

    Args:
        most: The number of snapshots that may change; `NO_LIMIT` for any number.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.lines: list[str] = []
        self.refused = 0
        self._elsewhere: list[Update] = []

    def receive(self, sent: Iterable[Sequence[Any]]) -> None:
        """Take the changes of a worker of xdist, as `send` returned them."""
        self._elsewhere.extend(Update(*each) for each in sent)

    def send(self) -> list[tuple[str, bytes, bytes]]:
        """Return the changes of this process as plain values; the controller of xdist writes them."""
        held = [tuple(update) for update in pending.updates]
        pending.updates.clear()
        return held  # type: ignore[return-value]

    def finish(self) -> bool:
        """Write all changes, or none if they are too many; return whether they were written."""
        # Two workers may have run the same test.
        updates = {update.location: update for update in [*self._elsewhere, *pending.updates]}
        ordered = [updates[location] for location in sorted(updates)]
        pending.updates.clear()
        self._elsewhere.clear()
        self.lines = _summary_lines(ordered)
        if self.most != NO_LIMIT and len(ordered) > self.most:
            self.refused = len(ordered)
            return False
        for update in ordered:
            Path(update.location).write_bytes(update.new)
        return True

    def summary(self) -> list[str]:
        """Return the lines for the end of the run; none if no snapshot was changed."""
        if not self.refused:
            return self.lines
        return [
            f"refused: {self.refused} trace snapshots would change, more than snapy_max_updates={self.most}; none of "
            "them was written",
            *self.lines,
            "Look at the changes. Then allow them, with --snapshot-update "
            f"--snapy-max-updates={self.refused}, or update some at a time, by paths or -k.",
        ]


def change_line(old: str, new: str) -> str:
    """Return the counted changes from one text of a trace to another: ``+1 call shop.audit, 1 argument``."""
    from snapy_instrument.errors import TraceError
    from snapy_instrument.trace.diff.diff import diff_traces

    try:
        diff = diff_traces(old, new)
    except TraceError:
        return "was not a trace"
    if not diff:
        return "only its text: no call changed"
    return ", ".join([*_calls(diff.changes), *_counted(diff.changes)])


def _summary_lines(updates: Sequence[Update]) -> list[str]:
    names = Counter(Path(update.location).stem for update in updates)
    lines = []
    for update in updates[:_MOST_LINES]:
        path = Path(update.location)
        name = path.stem if names[path.stem] == 1 else f"{path.parent.name}/{path.stem}"
        old, new = (data.decode("utf-8", "replace") for data in (update.old, update.new))
        lines.append(f"{name}: {change_line(old, new)}")
    more = len(updates) - _MOST_LINES
    return [*lines, f"and {more} more"] if more > 0 else lines


def _calls(changes: Sequence[Change]) -> list[str]:
    """Return ``+2 calls shop.audit, shop.log``, then the calls that are gone."""
    counts: dict[str, Counter[str]] = {"+": Counter(), "-": Counter()}
    for change in changes:
        if change.kind in _CALLS:
            counts[_CALLS[change.kind]][change.name] += change.times
        elif change.kind == "repeated":
            more = int(change.new) - int(change.old)
            counts["+" if more > 0 else "-"][change.name] += abs(more)
    return [f"{sign}{_named(found)}" for sign, found in counts.items() if found]


def _named(found: Counter[str]) -> str:
    names = list(found)[:_MOST_NAMES]
    more = len(found) - len(names)
    number = found.total()
    return f"{count(number, 'call')} {', '.join(names)}{f' and {more} more' * (more > 0)}"


def _counted(changes: Sequence[Change]) -> list[str]:
    counts: Counter[tuple[str, str]] = Counter()
    for change in changes:
        if change.kind not in _CALLS and change.kind != "repeated":
            counts[_WORDS.get(change.kind, _OTHER)] += change.times
    return [count(number, one, many) for (one, many), number in counts.items()]
