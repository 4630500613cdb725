"""``python -m tests.benchmarks``: measure this project and its peers, print tables, judge the targets.

Makes an environment of its own for each Python. Ends with status 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.document import PAGE, PLOT, filled
from tests.benchmarks.environment import Environment
from tests.benchmarks.rounds import Results, measure
from tests.benchmarks.targets import verdicts
from tests.benchmarks.tasks import TASKS
from tests.benchmarks.workloads import WORKLOADS


def options_of(arguments: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    many: dict[str, Any] = {"action": "append", "metavar": "NAME"}
    parser.add_argument("--python", default=[], help="an interpreter; may be given again; default this one", **many)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each, in turns; default %(default)s")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the programs; default %(default)s")
    parser.add_argument("--workload", choices=WORKLOADS, help=f"one of {', '.join(WORKLOADS)}; default all", **many)
    parser.add_argument("--contender", choices=CONTENDERS, help=f"one of {'; '.join(CONTENDERS)}; default all", **many)
    parser.add_argument("--task", choices=[*TASKS, "none"], help=f"one of {', '.join(TASKS)}; default all", **many)
    parser.add_argument("--quick", action="store_true", help="two rounds of programs a tenth as large")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables as Markdown")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="also write a plot, svg or png")
    parser.add_argument("--document", action="store_true", help="rewrite docs/performance.md and its plot")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "snapy-benchmarks")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.scale <= 0:
        parser.error("--rounds and --scale must be positive")
    if options.quick:
        options.rounds, options.scale = 2, 0.1 * options.scale
    return options


def measured(options: argparse.Namespace) -> list[Results]:
    """Everything asked for, on each Python."""
    tasks = [name for name in options.task or TASKS if name != "none"]
    found = []
    for environment in [Environment(options.folder, python) for python in options.python or [sys.executable]]:
        _tell(f"{environment.version}: setting up {environment.place}")
        environment.set_up()
        workloads, contenders = options.workload or WORKLOADS, options.contender or CONTENDERS
        sizes = {"rounds": options.rounds, "scale": options.scale}
        found.append(measure(environment, workloads, contenders, tasks, **sizes, tell=_tell))
    return found


def main(arguments: list[str]) -> int:
    """Measure, report, judge."""
    options = options_of(arguments)
    results = measured(options)
    saved = options.folder / "results.json"
    Results.dump(results, saved)
    reporter = Environment(options.folder, (options.python or [sys.executable])[0])
    table = (options.markdown or options.folder / "results.md").absolute()
    wanted = [PLOT] if options.document else []
    plots = [*wanted, *([options.plot.absolute()] if options.plot else [])]
    printed = reporter.run("report", str(saved), "--markdown", str(table))
    for file in plots:
        reporter.run("report", str(saved), "--plot", str(file))
    if options.document:
        tables = f"![What each adds to a call]({PLOT.name})\n\n{table.read_text(encoding='utf-8')}"
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
    print(printed, end="")
    return int(any(not each.passed for one in results for each in verdicts(one)))


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
