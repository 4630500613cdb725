"""The environment of one package: the package, what its tests need, their source, and this project."""

from __future__ import annotations

__all__ = ["PROJECT", "Environment", "SetupFailed"]

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from tests.transparency.recipes import Recipe

PROJECT = Path(__file__).parents[2]
# What decides how the project is built; its Python sources are used in place.
_BUILT_FROM = ("pyproject.toml", "setup.py", "snapy_instrument/native/*.[ch]")
_NETWORK = re.compile(
    r"Failed to establish|Connection (refused|reset|aborted)|timed out|Temporary failure|Name or service|"
    r"Max retries|Network is unreachable|SSLError|ProxyError|50\d Server Error"
)


class SetupFailed(Exception):
    """An environment could not be made, or the suite does not run in it: nothing was learnt about the package."""


class Environment:
    """A folder that holds a package ready to be tested; made once and kept.

    Args:
        recipe: Of the package.
        folder: Where all environments are.
        python: The interpreter to make it from.

    Attributes:
        place: Its own folder.
        python: Its own interpreter.
    """

    def __init__(self, recipe: Recipe, folder: Path, python: str) -> None:
        self.recipe = recipe
        self.place = folder / f"{recipe.name}-{recipe.version}-{Path(python).name}"
        self.python = self.place / "venv" / "bin" / "python"
        self._base = python

    @property
    def tests(self) -> Path:
        """The folder to run the tests in."""
        return self.place / ("empty" if self.recipe.cwd == "EMPTY" else "source")

    def prepare(self, *, build: bool) -> None:
        """Make what is missing; without ``build`` take what is there.

        Raises:
            SetupFailed: It is not there, or pip failed.
        """
        ready = self.place / "ready"
        if not build and not ready.exists():
            raise SetupFailed(f"no environment in {self.place}; run without --no-build once")
        if build and not ready.exists():
            self._make()
            ready.touch()
        if build:
            self._install_project()

    def _make(self) -> None:
        recipe = self.recipe
        shutil.rmtree(self.place, ignore_errors=True)
        (self.place / "empty").mkdir(parents=True)
        _check([self._base, "-m", "venv", str(self.place / "venv")])
        pinned = f"{recipe.name}=={recipe.version}"
        self._pip("install", pinned, f"pytest=={recipe.pytest}", *recipe.deps)
        self._pip("download", "--no-deps", "--no-binary", recipe.name, "-d", str(self.place / "sdist"), pinned)
        (archive,) = (self.place / "sdist").glob("*.tar.gz")
        with tarfile.open(archive) as file:
            file.extractall(self.place / "unpacked", filter="data")
        (source,) = (self.place / "unpacked").iterdir()
        source.rename(self.place / "source")
        for name in recipe.remove:
            shutil.rmtree(self.place / "source" / name)

    def _install_project(self) -> None:
        stamp = self.place / "project"
        sources = [path for pattern in _BUILT_FROM for path in sorted(PROJECT.glob(pattern))]
        now = "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in sources)
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != now:
            self._pip("install", "-e", str(PROJECT))
            stamp.write_text(now, encoding="utf-8")

    def _pip(self, *arguments: str) -> None:
        _check([str(self.python), "-m", "pip", "-q", "--disable-pip-version-check", *arguments])


def _check(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFailed(f"{' '.join(command)} failed {_reason(done.stdout + done.stderr)}")


def _reason(output: str) -> str:
    """The kind of trouble pip had, and its own last words."""
    kind = "(the network: try again)" if _NETWORK.search(output) else "(no fault of the network)"
    return "\n".join([kind, *output.strip().splitlines()[-5:]])
