"""Runs of pytest over a copy of an example application."""

from __future__ import annotations

__all__ = ["APPLICATIONS", "Outcome", "copied", "run_tests"]

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.documents.blocks import ROOT
from tests.testing.plugin_runs import clean_environment

APPLICATIONS = ("django_desk", "fastapi_library", "pandas_sales", "click_backup")
_FAILED = re.compile(r"^_{3,} (.*?) _{3,}$", re.MULTILINE)


class Outcome(NamedTuple):
    """What a run of pytest did.

    Attributes:
        code: Its exit code.
        text: All of its output.
        first_lines: Of each failing test, by its name, the first line of the failure.
    """

    code: int
    text: str
    first_lines: dict[str, str]


def copied(application: str, folder: Path) -> Path:
    """Copy an application into ``folder`` and return where."""
    place = folder / application
    shutil.copytree(ROOT / "examples" / application, place, ignore=shutil.ignore_patterns("__pycache__"))
    return place


def run_tests(place: Path, *options: str, seed: str = "0") -> Outcome:
    """Run the tests in ``place``."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *options],
        cwd=place,
        env={**clean_environment(), "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    parts = _FAILED.split(done.stdout)[1:]
    lines = {name: _first(text) for name, text in zip(parts[::2], parts[1::2], strict=True)}
    return Outcome(done.returncode, done.stdout + done.stderr, lines)


def _first(text: str) -> str:
    """Return the first line of what we say; pytest's own line is the same for every snapshot."""
    found = [line[1:].strip() for line in text.splitlines() if line.startswith("E  ")]
    return next((line for line in found if line and "assert [+ received] == [- snapshot]" not in line), "")
