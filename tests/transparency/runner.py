"""Installs a package in an environment of its own and runs its suite, plain and under the hook."""

from __future__ import annotations

__all__ = ["Result", "Workshop"]

import os
import shutil
import subprocess
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.transparency.outcomes import Outcomes, changed, read_outcomes
from tests.transparency.recipes import Recipe

PROJECT = Path(__file__).parents[2]
PLUGIN = Path(__file__).with_name("snapy_transparency_plugin.py")
TIMEOUT = 1800


@dataclass(frozen=True)
class Result:
    """What came out for one package.

    Attributes:
        tests: Number of tests in the plain run.
        changed: Tests whose outcome differs, with both outcomes; a crash or a time-out is one too.
        calls: Calls recorded.
        slowdown: Time of the hooked run over that of the plain run.
    """

    package: str
    tests: int
    changed: tuple[str, ...]
    calls: int
    slowdown: float


@dataclass(frozen=True)
class _Run:
    outcomes: Outcomes
    seconds: float
    problem: str


class Workshop:
    """A folder with one environment a package, kept between runs.

    Args:
        folder: Where everything is put.
        python: The interpreter that makes the environments.
        backend: Passed to the tracer.
    """

    def __init__(self, folder: Path, python: str, backend: str) -> None:
        self.folder = folder
        self.python = python
        self.backend = backend

    def examine(self, recipe: Recipe) -> Result:
        """Run the suite of one package both ways."""
        place = self.folder / f"{recipe.name}-{recipe.version}-{Path(self.python).name}"
        if not (place / "ready").exists():
            self._set_up(recipe, place)
        plain = self._run(recipe, place, "plain", ["-p", "no:snapy"])
        hook = [option for module in recipe.modules for option in ("--snapy-trace", f"{module}.*")]
        hooked = self._run(recipe, place, "hooked", [*hook, "-p", "snapy_transparency_plugin"])
        count = place / "count"
        calls = int(count.read_text(encoding="utf-8")) if count.exists() else 0
        differences = changed(plain.outcomes, hooked.outcomes)
        if hooked.problem != plain.problem:
            differences.append(f"the run: {plain.problem or 'complete'} -> {hooked.problem or 'complete'}")
        tests = sum(plain.outcomes.values())
        return Result(recipe.name, tests, tuple(differences), calls, hooked.seconds / max(plain.seconds, 0.001))

    def _set_up(self, recipe: Recipe, place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "empty").mkdir()
        python = place / "venv" / "bin" / "python"
        _check(self.python, "-m", "venv", str(place / "venv"))
        pip = [str(python), "-m", "pip", "-q", "--disable-pip-version-check"]
        pinned = f"{recipe.name}=={recipe.version}"
        _check(*pip, "install", pinned, "pytest==9.1.1", *recipe.deps)
        _check(*pip, "download", "--no-deps", "--no-binary", recipe.name, "-d", str(place / "sdist"), pinned)
        (archive,) = (place / "sdist").glob("*.tar.gz")
        with tarfile.open(archive) as file:
            file.extractall(place / "unpacked", filter="data")
        (source,) = (place / "unpacked").iterdir()
        source.rename(place / "source")
        for name in recipe.remove:
            shutil.rmtree(place / "source" / name)
        (place / "ready").touch()

    def _run(self, recipe: Recipe, place: Path, way: str, options: list[str]) -> _Run:
        report = place / f"{way}.xml"
        report.unlink(missing_ok=True)
        python = place / "venv" / "bin" / "python"
        self._install_project(python)
        shutil.copy(PLUGIN, place / PLUGIN.name)
        environment = {
            **os.environ,
            "PYTHONPATH": str(place),
            "PYTHONHASHSEED": "0",
            "SNAPY_TRANSPARENCY_BACKEND": self.backend,
            "SNAPY_TRANSPARENCY_MODULES": " ".join(f"{module}.*" for module in recipe.modules),
            "SNAPY_TRANSPARENCY_COUNT": str(place / "count"),
        }
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        cwd = place / ("empty" if recipe.cwd == "EMPTY" else "source")
        start = time.perf_counter()
        with (place / f"{way}.log").open("wb") as log:
            problem = _outcome([*command, *options, *recipe.args, *recipe.tests], cwd, environment, log.fileno())
        return _Run(read_outcomes(report), time.perf_counter() - start, problem)

    def _install_project(self, python: Path) -> None:
        _check(str(python), "-m", "pip", "-q", "--disable-pip-version-check", "install", "-e", str(PROJECT))


def _outcome(command: list[str], cwd: Path, environment: dict[str, str], log: int) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, stdout=log, stderr=log, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return "timed out"
    # 0: all passed; 1: some failed, which the outcomes tell.
    return "" if done.returncode in (0, 1) else f"pytest ended with {done.returncode}"


def _check(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
