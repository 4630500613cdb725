"""Projects with tests of their own, run by pytest in processes of their own."""

from __future__ import annotations

__all__ = ["Outcome", "Project", "clean_environment", "section"]

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

# What would change the output, or make the process believe that it is a worker.
_NOT_INHERITED = (
    "PYTEST_",
    "CI",
    "BUILD_NUMBER",
    "GITHUB_",
    "COLUMNS",
    "FORCE_COLOR",
    "PY_COLORS",
    "COVERAGE_",
    "COV_",
)


def clean_environment() -> dict[str, str]:
    """The variables for a run of pytest that does not know of this one, writes plain text, and leaves no bytecode."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    return {**inherited, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Outcome:
    """What a run of pytest left.

    Attributes:
        code: The exit code.
        lines: What it wrote to standard output.
        errors: What it wrote to standard error.
        counts: Numbers of tests by outcome: ``{"passed": 2}``.
    """

    code: int
    lines: list[str]
    errors: list[str]
    counts: dict[str, int]

    @property
    def text(self) -> str:
        """Standard output."""
        return "\n".join(self.lines)

    def passes(self) -> Outcome:
        """Itself, if nothing failed."""
        assert self.code == 0, self.text
        return self

    def match(self, *patterns: str) -> None:
        """Lines like ``patterns`` (as fnmatch knows them) were written, in that order."""
        pytest.LineMatcher(self.lines).fnmatch_lines(patterns)

    def no_match(self, pattern: str) -> None:
        """No line like ``pattern`` was written."""
        pytest.LineMatcher(self.lines).no_fnmatch_line(pattern)


class Project:
    """A folder with an application and its tests.

    Args:
        folder: The folder, which exists.
        ini: The lines of its ini file, below ``[pytest]``.
        files: ``name="source"`` of modules.
    """

    def __init__(self, folder: Path, ini: str = "snapy_trace = shop.*", **files: str) -> None:
        self.folder = folder
        self.write("pytest.ini", f"[pytest]\npythonpath = .\n{textwrap.dedent(ini)}\n")
        for name, source in files.items():
            self.write(f"{name}.py", source)

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        (self.folder / name).write_text(textwrap.dedent(text), encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file; ``old`` has to be in it."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def snapshots(self) -> dict[str, str]:
        """The texts of all files in the folders of snapshots, by their paths there."""
        folder = self.folder / "__snapshots__"
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}

    def run(self, *options: str, **environment: str) -> Outcome:
        """Run the tests."""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", *options]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**clean_environment(), **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        lines = done.stdout.splitlines()
        try:
            counts = pytest.RunResult.parse_summary_nouns(lines)
        except ValueError:
            counts = {}
        counts.pop("deselected", None)
        return Outcome(done.returncode, lines, done.stderr.splitlines(), counts)


def section(outcome: Outcome, title: str) -> list[str]:
    """The lines below the heading ``title``, up to the next heading."""
    found: list[str] = []
    inside = False
    for line in outcome.lines:
        heading = line[:3] in ("---", "===", "___")
        if heading:
            inside = f" {title} " in line
        elif inside:
            found.append(line)
    return found
