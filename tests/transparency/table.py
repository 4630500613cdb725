"""Results as lines for the terminal and as a Markdown table."""

from __future__ import annotations

__all__ = ["HEADER", "markdown", "row"]

from collections.abc import Iterable

from tests.transparency.runner import Result

_COLUMNS = ("package", "version", "backend", "tests", "changed", "flaky", "slowdown", "calls", "wrapped", "left")
_LINE = "{:<14} {:<10} {:<10} {:>6} {:>8} {:>6} {:>9} {:>10} {:>8} {:>6}"
HEADER = _LINE.format(*_COLUMNS)


def row(result: Result) -> str:
    """One line, and one for each difference."""
    lines = [_LINE.format(*_cells(result))]
    lines += [f"  {each}" for each in result.changed]
    lines += [f"  flaky without us too: {each}" for each in result.flaky]
    return "\n".join(lines)


def markdown(results: Iterable[Result]) -> str:
    """The table, and a list of the differences under it."""
    results = list(results)
    lines = [f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    lines += [f"| {' | '.join(_cells(result))} |" for result in results]
    different = [result for result in results if result.changed]
    for result in different:
        lines += ["", f"Changed in {result.package} with {result.backend}:", ""]
        lines += [f"* `{each}`" for each in result.changed]
    return "\n".join([*lines, ""])


def _cells(result: Result) -> list[str]:
    figures = (result.tests, len(result.changed), len(result.flaky))
    ends = (f"{result.slowdown:.2f}", result.calls, result.wrapped, result.left)
    return [result.package, result.version, result.backend, *map(str, figures), *map(str, ends)]
