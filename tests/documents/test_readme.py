"""What README shows: its two commands, its first test, the mistake that the test finds."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.blocks import ROOT, blocks_of, file_name
from tests.documents.transcripts import agrees, run_command

README = ROOT / "README.md"


def files() -> dict[str, str]:
    """The files that README shows."""
    named = [(file_name(block), block.text) for block in blocks_of(README)]
    return {name: text for name, text in named if name is not None}


def test_readme_begins_with_the_two_commands() -> None:
    """The first two blocks of README are one line each: set up and show, set up and test."""
    setup = "python3 -m venv .venv && .venv/bin/python -m pip install -q -e '.[test]' && .venv/bin/python "
    first, second = blocks_of(README)[:2]
    assert [first.text.count("\n"), second.text.count("\n")] == [1, 1]
    assert first.text.startswith(setup)
    assert second.text == f"{setup}-m pytest -q -n 2\n"


def test_first_command_prints_the_trace_in_readme() -> None:
    """README shows what its first command prints."""
    first = blocks_of(README)[0]
    arguments = first.text.rpartition("python ")[2].split()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout in [block.text for block in blocks_of(README) if block.language == "text"]


def settings() -> str:
    """The setting that README recommends."""
    (found,) = [block.text for block in blocks_of(README) if block.language == "toml"]
    return found


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with README's application, setting and test, and the snapshot that its test wrote."""
    folder = tmp_path_factory.mktemp("readme")
    for name, text in files().items():
        if name != "conftest.py":
            (folder / name).write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text(settings(), encoding="utf-8")
    assert "1 snapshot generated." in run_command("pytest --snapshot-update", folder)
    return folder


@pytest.fixture
def newcomer(shown: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(shown, tmp_path / "newcomer"))


def test_readme_files_make_a_passing_test(newcomer: Path) -> None:
    """README's setting and test pass once their snapshot was made."""
    written = run_command("pytest", newcomer)
    assert "1 snapshot passed." in written
    assert any(line.startswith("snapy: tracing shop.* (") for line in written)


def test_readme_shows_the_difference_of_a_mistake(newcomer: Path) -> None:
    """The mistake that README describes fails the test with the lines that README shows."""
    right = (newcomer / "shop.py").read_text(encoding="utf-8")
    wrong = right.replace("tax(net, country)", "tax(net)")
    assert wrong != right
    (newcomer / "shop.py").write_text(wrong, encoding="utf-8")
    (shown,) = [block.text for block in blocks_of(README) if block.language == "diff"]
    assert agrees(["...", *shown.splitlines(), "...", "1 failed in 0.01s"], run_command("pytest -q", newcomer))


def test_readme_hook_takes_the_place_of_the_setting(newcomer: Path) -> None:
    """With README's conftest.py the test passes without the setting."""
    (newcomer / "conftest.py").write_text(files()["conftest.py"], encoding="utf-8")
    (newcomer / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n', encoding="utf-8")
    assert "1 snapshot passed." in run_command("pytest", newcomer)
