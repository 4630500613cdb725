"""``python -m tests.benchmarks.report RESULTS``: results as tables and as a plot."""

# Both libraries are installed where the benchmarks run, not where types are checked.
# mypy: disable-error-code="import-not-found,import-untyped"
from __future__ import annotations

__all__ = ["console", "markdown", "plot"]

import argparse
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.rounds import Results
from tests.benchmarks.targets import verdicts

Rows = list[list[str]]


def times(results: Results) -> tuple[list[str], Rows]:
    """For each contender its time over the untraced time; with the spread of the runs."""
    contenders = _contenders(results)
    rows = [[name, *(_time(results, workload, name) for workload in results.figures)] for name in contenders]
    return ["times of the untraced run", *results.figures], rows


def _time(results: Results, workload: str, contender: str) -> str:
    figure = results.figures[workload][contender]
    spread = f"+{figure.spread:.0%}"
    if contender == "untraced":
        return f"{figure.best * 1e3:.0f} ms ({spread})"
    ratio = results.ratio(workload, contender, "untraced")
    value = f"{figure.best * 1e3:.0f} ms" if ratio is None else f"{ratio:.1f}"
    return f"{value} ({spread})" + ("" if results.complete(workload, contender) else " incomplete")


def costs(results: Results) -> tuple[list[str], Rows]:
    """For each contender the microseconds that it adds to a call."""
    contenders = [name for name in _contenders(results) if name != "untraced"]
    rows = [[name, *(_cost(results, workload, name) for workload in results.figures)] for name in contenders]
    counts = ["calls", *(f"{results.calls(workload):,}" for workload in results.figures)]
    return ["us added to a call", *results.figures], [*rows, counts]


def _cost(results: Results, workload: str, contender: str) -> str:
    cost = results.per_call(workload, contender)
    if cost is None:
        return "-"
    return f"{cost:.2f}" if results.complete(workload, contender) else "incomplete"


def quantities(results: Results) -> tuple[list[str], Rows]:
    """The other quantities."""
    return ["quantity", "best"], [[name, f"{value:.3g}"] for name, value in results.tasks.items()]


def judged(results: Results) -> tuple[list[str], Rows]:
    """Each target with its verdict."""
    rows = [
        [each.target, f"{each.allowed:g}", f"{each.measured:.3g}", "pass" if each.passed else "FAIL"]
        for each in verdicts(results)
    ]
    return ["target", "at most", "measured", "verdict"], rows


def tables(results: Results, style: str) -> list[str]:
    """All tables that are not empty; ``style`` is one of tabulate's."""
    from tabulate import tabulate

    found = [make(results) for make in (times, costs, quantities, judged)]
    return [tabulate(rows, headers, tablefmt=style, disable_numparse=True) for headers, rows in found if rows]


def heading(results: Results) -> str:
    """Python, twin and rounds."""
    twin = "native" if results.native else "pure Python (the native twin was not loaded)"
    return f"Python {results.python}, {twin}, best of {results.rounds}"


def console(results: Results) -> str:
    """For a terminal."""
    return "\n\n".join([heading(results), *tables(results, "simple")])


def markdown(results: Results) -> str:
    """For a page."""
    return "\n\n".join([f"### {heading(results)}", *tables(results, "github")])


def plot(all_results: list[Results], file: Path) -> None:
    """Cost of a call for each contender and program, a panel for each Python."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "snapy"  # the same figures give the same file
    from matplotlib import pyplot

    shape = {"figsize": (10, 4.2 * len(all_results)), "squeeze": False, "layout": "constrained"}
    figure, axes = pyplot.subplots(len(all_results), 1, **shape)
    for results, (axis,) in zip(all_results, axes, strict=True):
        _panel(results, axis)
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def _panel(results: Results, axis: Any) -> None:
    from matplotlib import colormaps

    contenders = [name for name in _contenders(results) if name != "untraced"]
    width = 0.8 / max(1, len(contenders))
    axis.set_prop_cycle(color=colormaps["tab20"].colors)
    for index, name in enumerate(contenders):
        values = [_bar(results, workload, name) for workload in results.figures]
        places = [place + index * width - 0.4 for place in range(len(values))]
        axis.bar(places, values, width, align="edge", label=name, hatch="//" if CONTENDERS[name].ours else None)
    axis.set_yscale("log")
    axis.set_xticks(range(len(results.figures)), list(results.figures))
    axis.set_ylabel("us added to a call")
    axis.set_title(heading(results))
    axis.legend(fontsize="x-small", ncols=3)


def _bar(results: Results, workload: str, contender: str) -> float:
    cost = results.per_call(workload, contender)
    return max(cost, 0.001) if cost is not None and results.complete(workload, contender) else float("nan")


def _contenders(results: Results) -> list[str]:
    measured = {name for row in results.figures.values() for name in row}
    return [name for name in CONTENDERS if name in measured]


def main() -> None:
    """Print the tables; write the page's part and the plot where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.report", description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    all_results = Results.load(options.results)
    print("\n\n\n".join(map(console, all_results)))
    if options.markdown is not None:
        options.markdown.write_text("\n\n".join(map(markdown, all_results)) + "\n", encoding="utf-8")
    if options.plot is not None and any(results.figures for results in all_results):
        plot(all_results, options.plot)


if __name__ == "__main__":
    main()
