"""What mypy --strict and pyright say of users' programs: wrong lines are refused, correct ones are not."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

import snapy_instrument

PROGRAMS = Path(__file__).parent / "programs"
EXPECTED = re.compile(r"# error: ([\w-]+), (\w+)$")
Found = set[tuple[str, int, str]]
"""File, line and code of each error."""


def mypy(cache: Path) -> Found:
    """Return the errors of mypy in all programs."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache / 'mypy'}"]
    command += ["--output=json", *map(str, sorted(PROGRAMS.glob("*.py")))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cache)
    assert done.returncode in (0, 1), done.stderr
    errors = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {(Path(each["file"]).name, each["line"], each["code"]) for each in errors if each["severity"] == "error"}


def pyright(cache: Path) -> Found:
    """Return the errors and warnings of pyright in all programs."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    # An editable installation may be a finder that only an interpreter follows: pyright needs the place itself.
    settings = json.loads((PROGRAMS.parent / "pyrightconfig.json").read_text(encoding="utf-8"))
    settings["extraPaths"] = [str(Path(snapy_instrument.__file__).parents[1])]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(PROGRAMS, Path(folder, "programs"))
        Path(folder, "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
        command += ["-p", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cache)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1, each.get("rule", each["message"]))
        for each in json.loads(done.stdout)["generalDiagnostics"]
        if each["severity"] in ("error", "warning")
    }


def expected(checker: int) -> Found:
    """Return what the comments of the programs announce, for mypy (0) or pyright (1)."""
    return {
        (path.name, number, match.groups()[checker])
        for path in PROGRAMS.glob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := EXPECTED.search(line))
    }


@pytest.mark.parametrize(("number", "checker"), [(0, mypy), (1, pyright)], ids=["mypy", "pyright"])
def test_wrong_lines_are_refused_and_no_others(
    number: int, checker: Callable[[Path], Found], pytestconfig: pytest.Config
) -> None:
    """The checker finds an error with the announced code in each marked line, and none anywhere else."""
    cache = pytestconfig.rootpath / ".mypy_cache" / "programs"
    cache.mkdir(parents=True, exist_ok=True)
    found = checker(cache)
    announced = expected(number)
    wrong_lines = {(name, line) for name, line, _ in announced}
    elsewhere = sorted(each for each in found if each[:2] not in wrong_lines)
    assert sorted(announced - found) == [], "accepted, or refused with another code"
    assert elsewhere == [], "refused, though no comment announces it"


def test_the_correct_programs_use_every_public_name() -> None:
    """So that no name is without types."""
    used = {
        alias.name
        for path in PROGRAMS.glob("right_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module == "snapy_instrument"
        for alias in node.names
    }
    assert sorted(set(snapy_instrument.__all__) - used) == []
