"""The difference that the running test found last: its assertion shows a few lines of it, its report all.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Difference", "Differences", "differences"]

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """A comparison of traces that failed.

    Attributes:
        headlines: What changed as one line, then ever shorter ones for lines of limited width.
        lines: The whole report, from its headline on.
    """

    headlines: Sequence[str]
    lines: Sequence[str]


class Differences:
    """What the comparisons of the running test found.

    Attributes:
        reported: Whether the report of a test shows the whole difference. Without a plugin that does so, the assertion
            has to.
        latest: The difference found last, or None.
        snapshots: What syrupy found of each snapshot that an assertion failed for.
    """

    def __init__(self) -> None:
        self.reported = False
        self.latest: Difference | None = None
        self.snapshots: list[Any] = []

    def begin_test(self) -> None:
        """Forget what the test before found."""
        self.latest, self.snapshots = None, []

    def begin(self) -> Callable[[], None]:
        """Start anew, and return a function that restores the state before: pytest may run inside another run."""
        before = dict(vars(self))
        vars(self).update(vars(Differences()))
        return lambda: vars(self).update(before)


differences = Differences()
"""The differences of this process."""
