"""``python -m tests.transparency [PACKAGE ...] [--python PYTHON] [--backend NAME] [--folder FOLDER]``.

Prints for each package the number of tests, changed outcomes with their names, calls recorded and slowdown; ends
with status 1 if any outcome changed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.transparency.recipes import load_recipes
from tests.transparency.runner import Workshop

ROW = "{:<14} {:>6} {:>8} {:>10} {:>9}"


def main() -> int:
    """Run the packages named, or all."""
    recipes = load_recipes()
    parser = argparse.ArgumentParser(prog="python -m tests.transparency", description=__doc__)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"one of {', '.join(recipes)}; default all")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that runs the suites")
    parser.add_argument("--backend", default="proxy", choices=["proxy", "settrace", "monitoring", "auto"])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "snapy-transparency")
    options = parser.parse_args()
    unknown = [name for name in options.packages if name not in recipes]
    if unknown:
        parser.error(f"no recipe for {', '.join(unknown)}; add one to recipes.json")
    workshop = Workshop(options.folder, options.python, options.backend)
    print(ROW.format("package", "tests", "changed", "calls", "slowdown"), flush=True)
    failed = False
    for name in options.packages or recipes:
        result = workshop.examine(recipes[name])
        row = ROW.format(name, result.tests, len(result.changed), result.calls, f"{result.slowdown:.2f}")
        print(row, *(f"  {line}" for line in result.changed), sep="\n", flush=True)
        failed |= bool(result.changed) or not result.tests or not result.calls
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
