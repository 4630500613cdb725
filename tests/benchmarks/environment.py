"""An environment with the peers and a fresh build of this project, one for each Python, kept between runs."""

from __future__ import annotations

__all__ = ["Environment"]

import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PEERS = ["viztracer==1.1.1", "hunter==3.9.0", "MonkeyType==23.3.0", "markdown-it-py==4.0.0", "wrapt==2.5.2"]
REPORTING = ["tabulate==0.9.0", "matplotlib==3.11.2"]
PIP = ["-m", "pip", "-q", "--disable-pip-version-check", "install"]
BUILT_FROM = ["pyproject.toml", "README.md", "LICENSE", "snapy_instrument"]


class Environment:
    """A folder with an environment, the tests package and nothing else on the path.

    The project is built and installed from a copy of its sources: what is measured is what a user gets, and a build
    in the working tree is neither used nor disturbed.

    Args:
        folder: Where the environments of all Pythons are.
        python: The interpreter, by name or path.
    """

    def __init__(self, folder: Path, python: str) -> None:
        self.version = _output(python, "-c", "import platform; print(platform.python_version())").strip()
        self.place = folder / f"python-{self.version}"
        self._base = python
        self.python = str(self.place / "venv" / "bin" / "python")

    def set_up(self) -> None:
        """Install what is not there yet, and the project anew."""
        ready = self.place / "ready"
        wanted = "\n".join([*PEERS, *REPORTING])
        if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
            shutil.rmtree(self.place, ignore_errors=True)
            self.place.mkdir(parents=True)
            _output(self._base, "-m", "venv", str(self.place / "venv"))
            _output(self.python, *PIP, *PEERS, *REPORTING)
            ready.write_text(wanted, encoding="utf-8")
        self._install_project()

    def run(self, *arguments: str, pure: bool = False) -> str:
        """What ``python -m tests.benchmarks.ARGUMENTS`` prints there."""
        module, *rest = arguments
        environment = {**os.environ, "PYTHONHASHSEED": "0", "SNAPY_PURE_PYTHON": "1" if pure else ""}
        environment.pop("PYTHONPATH", None)
        command = [self.python, "-m", f"tests.benchmarks.{module}", *rest]
        return _output(*command, cwd=self.place / "run", environment=environment)

    def _install_project(self) -> None:
        source, run = self.place / "source", self.place / "run"
        for folder in (source, run):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        for name in BUILT_FROM:
            _copy(PROJECT / name, source / name)
        _copy(PROJECT / "tests" / "__init__.py", run / "tests" / "__init__.py")
        _copy(PROJECT / "tests" / "benchmarks", run / "tests" / "benchmarks")
        _output(self.python, *PIP, "--no-deps", "--force-reinstall", str(source))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    else:
        shutil.copy(source, target)


def _output(*command: str, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
