"""Nobody traces."""

from __future__ import annotations

__all__ = ["Untraced"]

from collections.abc import Sequence


class Untraced:
    """The program alone."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """Nothing to do."""

    def start(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""

    def records(self) -> int:
        """None."""
        return 0
