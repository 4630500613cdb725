"""The blocks of code in README, docs and examples, and what each of them is."""

from __future__ import annotations

__all__ = ["DOCUMENTS", "FILE_LANGUAGES", "ROOT", "Block", "blocks_of", "file_name", "kind_of", "label", "programs_in"]

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]
    if "_build" not in path.parts
)
FILE_LANGUAGES = ("python", "ini", "toml")
_FILE_NAME = re.compile(r"# ([\w/]+\.(?:py|ini|toml))\n\n?")

# README has tests of its own for the first two languages; the others are the blocks that nobody runs.
_OF_README = ("bash", "diff")
_NOT_RUN = {
    ("README.md", "pip install '/path/to/checkout"): "installs into a project of the reader's",
    ("docs/howto/install.md", "pip "): "installs into a project of the reader's",
    ("docs/design.md", "MAKE"): "a diagram",
    ("docs/contributing.md", "python3 -m venv"): "the second block of README, repeated",
    ("docs/performance.md", "python -m tests.benchmarks --python"): "takes an hour",
    ("examples/", "python -m pytest examples/"): "the suite runs all of examples",
}


class Block(NamedTuple):
    """A block of a document: its language, its text, and the line it begins in."""

    language: str
    text: str
    line: int


def label(document: Path) -> str:
    """The path of a document in the project."""
    return document.relative_to(ROOT).as_posix()


def blocks_of(document: Path) -> list[Block]:
    """All blocks of code, fenced and indented, in order; the language of an indented one is empty."""
    tokens = MarkdownIt("commonmark").parse(document.read_text(encoding="utf-8"))
    return [
        Block(token.info.strip(), token.content, token.map[0] + 1)
        for token in tokens
        if token.type in ("fence", "code_block") and token.map is not None
    ]


def file_name(block: Block) -> str | None:
    """The name in the first line of a block that is a file."""
    found = _FILE_NAME.match(block.text) if block.language in FILE_LANGUAGES else None
    return None if found is None else found[1]


def programs_in(document: Path) -> list[tuple[Block, str | None]]:
    """The python blocks that are no files, each with the text block right after it."""
    blocks = [*blocks_of(document), Block("", "", 0)]
    return [
        (block, following.text if following.language == "text" else None)
        for block, following in pairwise(blocks)
        if block.language == "python" and file_name(block) is None
    ]


def kind_of(document: Path, block: Block, before: Block | None) -> str | None:
    """What tests a block: it is a "file", a "program", its "output", a "transcript", one "of README" or "not run".

    Args:
        document: The page that holds it.
        block: The block.
        before: The block before it on the page.

    Returns:
        One of these words, or None where nothing tests it.
    """
    if file_name(block) is not None:
        return "file"
    if block.language == "python":
        return "program"
    if block.language == "text" and before is not None and before.language == "python" and file_name(before) is None:
        return "output"
    if block.language == "console" and block.text.startswith("$ "):
        return "transcript"
    if label(document) == "README.md" and _is_tested_in_readme(document, block):
        return "of README"
    return "not run" if _is_listed(document, block) else None


def _is_tested_in_readme(document: Path, block: Block) -> bool:
    """Whether test_readme.py looks at the block."""
    same = [each for each in blocks_of(document) if each.language == block.language]
    if block.language == "toml":
        return len(same) == 1
    if block.language == "text":
        return block.text.startswith("trace v1 standard\nstationery.")
    return block.language in _OF_README and len(same) == {"bash": 2, "diff": 1}[block.language]


def _is_listed(document: Path, block: Block) -> bool:
    listed = (start for page, start in _NOT_RUN if label(document).startswith(page))
    return block.language == "" and block.text.lstrip().startswith(tuple(listed))
