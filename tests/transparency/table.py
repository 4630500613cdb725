"""Results as lines for the terminal and as a Markdown table."""

from __future__ import annotations

__all__ = ["HEADER", "markdown", "row"]

from collections.abc import Iterable

from tests.transparency.outcomes import Difference
from tests.transparency.runner import Result

_COLUMNS = "package version backend tests changed known flaky slowdown calls wrapped left".split()
_LINE = "{:<14} {:<10} {:<10} {:>6} {:>8} {:>6} {:>6} {:>9} {:>10} {:>8} {:>6}"
HEADER = _LINE.format(*_COLUMNS)


def row(result: Result) -> str:
    """One line, and one for each difference."""
    lines = [_LINE.format(*_cells(result))]
    lines += [f"  {each}" for each in result.changed]
    lines += [f"  known: {each}" for each in result.known]
    lines += [f"  flaky without us too: {each}" for each in result.flaky]
    return "\n".join(lines)


def markdown(results: Iterable[Result]) -> str:
    """The table, and a list of the differences under it."""
    results = list(results)
    lines = [f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    lines += [f"| {' | '.join(_cells(result))} |" for result in results]
    for result in results:
        where = f"{result.package} with {result.backend}"
        lines += _named(f"Changed in {where}:", result.changed)
        lines += _named(f"Known in {where}:", result.known)
    return "\n".join([*lines, ""])


def _named(title: str, differences: Iterable[Difference]) -> list[str]:
    lines = [f"* `{each}`" for each in differences]
    return ["", title, "", *lines] if lines else []


def _cells(result: Result) -> list[str]:
    figures = (result.tests, len(result.changed), len(result.known), len(result.flaky))
    ends = (f"{result.slowdown:.2f}", result.calls, result.wrapped, result.left)
    return [result.package, result.version, result.backend, *map(str, figures), *map(str, ends)]
