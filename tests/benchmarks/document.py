"""The part of docs/performance.md that is measured."""

from __future__ import annotations

__all__ = ["PAGE", "PLOT", "filled"]

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
PLOT = PAGE.with_suffix(".svg")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def filled(page: str, measured: str) -> str:
    """The page with ``measured`` between its two markers.

    Raises:
        ValueError: A marker is missing, or they stand the wrong way round.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs a line {BEGIN!r} and after it a line {END!r}: put them back")
    return f"{before}{BEGIN}\n\n{measured.strip()}\n\n{END}{after}"
