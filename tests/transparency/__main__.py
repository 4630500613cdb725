"""``python -m tests.transparency [PACKAGE ...] [--python PYTHON] [--backend NAME] [--folder FOLDER] [--table FILE]``.

Prints for each package and backend the number of tests, what changed by name, calls recorded and slowdown. Ends with
status 1 if anything changed or a run recorded nothing, with 2 if only environments could not be made or suites do not
run without us.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from tests.transparency.environment import SetupFailed
from tests.transparency.recipes import Recipe, load_recipes
from tests.transparency.runner import TIMEOUT, Result, Workshop
from tests.transparency.table import HEADER, markdown, row

_BACKENDS = ("proxy", "settrace", "monitoring", "auto")


def main() -> int:
    """Run the packages named, or all."""
    recipes = load_recipes()
    parser = _parser(recipes)
    options = parser.parse_args()
    unknown = [name for name in options.packages if name not in recipes]
    if unknown:
        parser.error(f"no recipe for {', '.join(unknown)}; add one to recipes.json")
    if options.pure:
        os.environ["SNAPY_PURE_PYTHON"] = "1"
    # What ``timeout`` sends: leave by an exception, which ends the suite that runs.
    signal.signal(signal.SIGTERM, _terminated)
    workshop = Workshop(options.folder, options.python, options.build, options.hook, options.limit)
    chosen = [recipes[name] for name in options.packages or recipes]
    return _examine(workshop, chosen, options.backend or ["proxy"], options.table)


def _parser(recipes: dict[str, Recipe]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.transparency", description=__doc__)
    add = parser.add_argument
    add("packages", nargs="*", metavar="PACKAGE", help=f"one of {', '.join(recipes)}; default all")
    add("--python", default=sys.executable, help="the interpreter that runs the suites")
    add("--backend", action="append", choices=_BACKENDS, help="may be repeated; default proxy")
    add("--no-hook", dest="hook", action="store_false", help="no import hook: a frame backend alone")
    add("--pure", action="store_true", help="set SNAPY_PURE_PYTHON, which leaves our compiled parts out")
    add("--folder", type=Path, default=Path(tempfile.gettempdir()) / "snapy-transparency", help="for environments")
    add("--no-build", dest="build", action="store_false", help="take environments as they are, run no pip")
    add("--limit", type=float, default=TIMEOUT, metavar="SECONDS", help="end a suite after that long")
    add("--table", type=Path, metavar="FILE", help="also write the results as a Markdown table")
    return parser


def _examine(workshop: Workshop, recipes: list[Recipe], backends: list[str], table: Path | None) -> int:
    print(HEADER, flush=True)
    results: list[Result] = []
    unmade = 0
    for recipe in recipes:
        try:
            for result in workshop.examine(recipe, backends):
                results.append(result)
                print(row(result), flush=True)
                if table is not None:
                    table.write_text(markdown(results), encoding="utf-8")
        except SetupFailed as error:
            unmade += 1
            print(f"{recipe.name}: not examined: {error}", flush=True)
    if not all(result.good for result in results):
        return 1
    return 2 if unmade else 0


def _terminated(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    raise SystemExit(main())
