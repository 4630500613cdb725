"""What README and docs show is true: their code runs and prints what they say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

import snapy_instrument

ROOT = Path(__file__).parent.parent
PACKAGE = Path(snapy_instrument.__file__).parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*/README.md")])
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE_NAME = re.compile(r"# (\w+\.py)\n\n?")

# Runs the blocks of one document in one module named shop; tells what each printed.
_RUNNER = """
import contextlib, io, json, sys, types
module = sys.modules["shop"] = types.ModuleType("shop")
printed = []
for name, source in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(source, name, "exec"), module.__dict__)
    printed.append(out.getvalue())
print(json.dumps(printed))
"""


class Block(NamedTuple):
    """A block of a document: its language, its text, and the line it begins in."""

    language: str
    text: str
    line: int


def blocks_of(document: Path) -> list[Block]:
    """All blocks, in order."""
    text = document.read_text(encoding="utf-8")
    return [Block(found[1], found[2], text.count("\n", 0, found.start()) + 2) for found in _BLOCK.finditer(text)]


def files_in(document: Path) -> dict[str, str]:
    """The python blocks that begin with a file name."""
    python = [block.text for block in blocks_of(document) if block.language == "python"]
    named = [(_FILE_NAME.match(text), text) for text in python]
    return {found[1]: text for found, text in named if found is not None}


def programs_in(document: Path) -> list[tuple[Block, str | None]]:
    """The other python blocks, each with the text block right after it."""
    blocks = [*blocks_of(document), Block("", "", 0)]
    return [
        (block, following.text if following.language == "text" else None)
        for block, following in pairwise(blocks)
        if block.language == "python" and not _FILE_NAME.match(block.text)
    ]


def run_programs(document: Path, folder: Path) -> list[str]:
    """What each program of the document prints."""
    sources = [(f"{document.name}:{block.line}", block.text) for block, _ in programs_in(document)]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _RUNNER],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed: list[str] = json.loads(done.stdout)
    return printed


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if programs_in(path)], ids=lambda path: path.name)
def test_programs_print_what_is_shown(document: Path, tmp_path: Path) -> None:
    """Every python block runs, and prints the text block that follows it."""
    printed = run_programs(document, tmp_path)
    for (block, expected), text in zip(programs_in(document), printed, strict=True):
        if expected is not None:
            assert text == expected, f"{document.name}, line {block.line}"


def test_readme_begins_with_the_two_commands() -> None:
    """The first two blocks of README are one line each: set up and show, set up and test."""
    setup = "python3 -m venv .venv && .venv/bin/python -m pip install -q -e '.[test]' && .venv/bin/python "
    first, second = blocks_of(ROOT / "README.md")[:2]
    assert [first.text.count("\n"), second.text.count("\n")] == [1, 1]
    assert first.text.startswith(setup)
    assert second.text == f"{setup}-m pytest -q -n 2\n"


def test_first_command_prints_the_trace_in_readme() -> None:
    """README shows what its first command prints."""
    first = blocks_of(ROOT / "README.md")[0]
    arguments = first.text.rpartition("python ")[2].split()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout in [block.text for block in blocks_of(ROOT / "README.md") if block.language == "text"]


@pytest.fixture
def newcomer(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with the files that README shows."""
    for name, text in files_in(ROOT / "README.md").items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    pytester.plugins = []
    return pytester


def test_readme_files_make_a_passing_test(newcomer: pytest.Pytester) -> None:
    """README's conftest and test pass once their snapshot was made."""
    made = newcomer.runpytest_subprocess("-p", "no:cacheprovider", "--snapshot-update")
    made.assert_outcomes(passed=1)
    newcomer.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_readme_shows_the_difference_of_a_mistake(newcomer: pytest.Pytester) -> None:
    """The mistake that README describes fails the test with the lines that README shows."""
    newcomer.runpytest_subprocess("-p", "no:cacheprovider", "--snapshot-update").assert_outcomes(passed=1)
    shop = newcomer.path / "shop.py"
    right = shop.read_text(encoding="utf-8")
    wrong = right.replace("tax(net, country)", "tax(net)")
    assert wrong != right
    shop.write_text(f"{wrong}\n", encoding="utf-8")  # longer, so that no cached bytecode can pass for it
    failed = newcomer.runpytest_subprocess("-p", "no:cacheprovider")
    failed.assert_outcomes(failed=1)
    diffs = [block.text for block in blocks_of(ROOT / "README.md") if block.language == "diff"]
    failed.stdout.fnmatch_lines([f"E         {line}" for line in _literal(diffs[0]).splitlines()], consecutive=True)


def _literal(text: str) -> str:
    return text.replace("[", "[[]")


def test_readme_setting_takes_the_place_of_the_hook(newcomer: pytest.Pytester) -> None:
    """With README's lines in pyproject.toml the test passes without a conftest."""
    newcomer.runpytest_subprocess("-p", "no:cacheprovider", "--snapshot-update").assert_outcomes(passed=1)
    (newcomer.path / "conftest.py").unlink()
    settings = [block.text for block in blocks_of(ROOT / "README.md") if block.language == "toml"]
    (newcomer.path / "pyproject.toml").write_text(settings[0], encoding="utf-8")
    passed = newcomer.runpytest_subprocess("-p", "no:cacheprovider")
    passed.assert_outcomes(passed=1)
    passed.stdout.fnmatch_lines(["snapy: tracing shop.[*] (*)"])


def slugs_in_source() -> set[str]:
    """The slugs of all warnings the package can issue."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
    return {slug for source in sources for slug in re.findall(r"\b(?:warn|SnapyWarning)\(\s*\"([a-z-]+)\"", source)}


def test_every_warning_is_explained() -> None:
    """Each slug has a heading in docs/messages.md, and no heading is left over."""
    text = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `([a-z-]+)`$", text, re.MULTILINE)) == slugs_in_source()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link names a file that exists."""
    links = re.findall(r"\]\((?!https?://)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
