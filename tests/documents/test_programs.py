"""What README and docs show is true: their code runs, and prints what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.apps import LEFT_OUT
from tests.documents.blocks import DOCUMENTS, Block, blocks_of, kind_of, label, programs_in
from tests.documents.transcripts import agrees, stories, tell

# Runs the blocks of one document in one module named shop, and reports what each printed.
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


def run_programs(document: Path, folder: Path) -> list[str]:
    """Return what each program of the document prints; one of README is a script of its own."""
    if label(document) == "README.md":
        return [run_script(block, folder) for block, _ in programs_in(document)]
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


def run_script(block: Block, folder: Path) -> str:
    """Return what a block prints that was pasted into a file."""
    script = folder / "pasted.py"
    script.write_text(block.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], capture_output=True, text=True, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if programs_in(path)], ids=label)
def test_programs_print_what_is_shown(document: Path, tmp_path: Path) -> None:
    """Every python block that is no file runs, and prints the text block that follows it."""
    printed = run_programs(document, tmp_path)
    for (block, expected), text in zip(programs_in(document), printed, strict=True):
        if expected is not None:
            assert text == expected, f"{document.name}, line {block.line}"


@pytest.mark.parametrize("document", [page for page in stories() if label(page) not in LEFT_OUT], ids=label)
def test_commands_write_what_is_shown(document: Path, tmp_path: Path) -> None:
    """With the files that a page shows, each command that it shows writes the lines that it shows."""
    for block, shown, written in tell(stories()[document], tmp_path):
        assert agrees(shown, written), "\n".join([f"{label(document)}, line {block.line} writes:", *written])


@pytest.mark.parametrize("document", DOCUMENTS, ids=label)
def test_every_block_is_tested(document: Path) -> None:
    """Each block is one that a test looks at, or is listed as one that nobody runs."""
    blocks = [None, *blocks_of(document)]
    untested = [block for before, block in pairwise(blocks) if block and kind_of(document, block, before) is None]
    assert untested == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=label)
def test_every_file_is_used(document: Path) -> None:
    """A page that shows files runs a command with them; those of README have tests of their own."""
    files = [block for block in blocks_of(document) if kind_of(document, block, None) == "file"]
    assert not files or document in stories() or label(document) == "README.md"


@pytest.mark.parametrize(
    ("document", "block"),
    [
        ("docs/index.md", Block("text", "$ pytest", 1)),
        ("docs/index.md", Block("console", "pytest", 1)),
        ("docs/index.md", Block("rust", "", 1)),
        ("docs/index.md", Block("", "python -m tests.benchmarks --python", 1)),
        ("docs/index.md", Block("toml", "[tool.pytest.ini_options]", 1)),
        ("docs/index.md", Block("ini", "[pytest]", 1)),
        ("docs/index.md", Block("bash", "pytest", 1)),
    ],
)
def test_untested_blocks_are_found(document: str, block: Block) -> None:
    """A block without a name, in another language or on another page is none of the tested ones."""
    assert kind_of(DOCUMENTS[0].parent / document, block, None) is None


@pytest.mark.parametrize(
    ("shown", "written", "same"),
    [
        (["a", "in 0.12s"], ["a", "in 3.40s"], True),
        (["...", "b"], ["a", "a", "b"], True),
        (["a", "...", "b", "..."], ["a", "b"], True),
        (["...", "b"], ["a", "b", "b"], True),
        (["a"], ["a", "b"], False),
        (["a", "b"], ["a"], False),
        (["...", "c"], ["a", "b"], False),
        (["b"], ["a", "b"], False),
        (["a", "...", "a"], ["a"], False),
    ],
)
def test_agrees(shown: list[str], written: list[str], same: bool) -> None:
    """All lines have to be there, in order; only ``...`` takes the place of others."""
    assert agrees(shown, written) is same
