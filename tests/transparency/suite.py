"""One run of a package's own test suite, plain or under the hook."""

from __future__ import annotations

__all__ = ["Run", "run_suite"]

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.transparency.environment import Environment
from tests.transparency.outcomes import Outcomes, read_outcomes, read_warnings
from tests.transparency.recipes import Recipe

_PLUGIN = Path(__file__).with_name("snapy_transparency_plugin.py")


@dataclass(frozen=True)
class Run:
    """What one run of a suite left.

    Attributes:
        outcomes: Of its tests, and its warnings.
        seconds: How long it took.
        problem: Why it did not come to its end; empty if it did.
        calls: Calls recorded.
        wrapped: Functions that had a proxy.
        left: Functions that had none, with the reason.
    """

    outcomes: Outcomes
    seconds: float
    problem: str
    calls: int
    wrapped: int
    left: dict[str, str]


def run_suite(place: Environment, way: str, backend: str, limit: float, *, hook: bool = True) -> Run:
    """Run the suite; ``way`` names the files it leaves, ``backend`` is empty for a plain run."""
    report, notes = place.place / f"{way}.xml", place.place / f"{way}.json"
    for path in (report, notes):
        path.unlink(missing_ok=True)
    shutil.copy(_PLUGIN, place.place / _PLUGIN.name)
    recipe = place.recipe
    options = ["-p", _PLUGIN.stem, *(_hook_options(recipe) if backend and hook else ["-p", "no:snapy"])]
    command = [str(place.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    start = time.perf_counter()
    with (place.place / f"{way}.log").open("wb") as log:
        arguments = [*command, *options, *recipe.args, *recipe.tests]
        problem = _outcome(arguments, place.tests, _variables(place, notes, backend), log.fileno(), limit)
    seconds = time.perf_counter() - start
    found: dict[str, Any] = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    outcomes = read_outcomes(report) + read_warnings(found.get("warnings", ()))
    return Run(outcomes, seconds, problem, found.get("calls", 0), found.get("wrapped", 0), found.get("left", {}))


def _hook_options(recipe: Recipe) -> list[str]:
    patterns = [*(f"{module}.*" for module in recipe.modules), *(f"!{pattern}" for pattern in recipe.exclude)]
    traced = [option for pattern in patterns for option in ("--snapy-trace", pattern)]
    # pytest has imported pluggy, and plugins what they need, before any hook: no error, whatever filters a suite sets.
    return [*traced, "-W", "ignore:imported before the hook"]


def _variables(place: Environment, notes: Path, backend: str) -> dict[str, str]:
    path = [str(place.place), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        # The order of sets, which tests depend on, is then the same in every run.
        "PYTHONHASHSEED": "0",
        "SNAPY_TRANSPARENCY_BACKEND": backend,
        "SNAPY_TRANSPARENCY_MODULES": " ".join(f"{module}.*" for module in place.recipe.modules),
        "SNAPY_TRANSPARENCY_NOTES": str(notes),
    }


def _outcome(command: list[str], cwd: Path, variables: dict[str, str], log: int, limit: float) -> str:
    # A session of its own, so that all processes that tests started can be ended with it.
    process = subprocess.Popen(
        command, cwd=cwd, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )
    try:
        status = process.wait(limit)
    except subprocess.TimeoutExpired:
        return f"not done after {limit:.0f} s"
    finally:
        _end_session(process)
    # 0: all passed; 1: some failed, which the outcomes tell.
    return "" if status in (0, 1) else f"pytest ended with {status}"


def _end_session(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
