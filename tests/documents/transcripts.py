"""Pages that tell a story: their files are written and their commands are run, in the order of the page."""

from __future__ import annotations

__all__ = ["Story", "agrees", "run_command", "stories", "tell"]

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from tests.documents.blocks import DOCUMENTS, Block, blocks_of, file_name
from tests.testing.plugin_runs import clean_environment

Story: TypeAlias = list[Block]

_GAP = "..."
_SECONDS = re.compile(r"\bin \d+\.\d+s\b")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PYTEST = ["-p", "no:cacheprovider", "-p", "no:randomly"]
# Each takes time to import: a run has those that its page is about.
_PLUGINS = {"hypothesispytest": "hypothesis", "pytest_cov": "--cov", "xdist": " -n ", "anyio": "mark.anyio"}


def stories() -> dict[Path, Story]:
    """The pages with transcripts, each with its files and transcripts."""
    found = {}
    for document in DOCUMENTS:
        blocks = [block for block in blocks_of(document) if block.language == "console" or file_name(block)]
        if any(block.language == "console" for block in blocks):
            found[document] = blocks
    return found


def tell(story: Story, folder: Path) -> Iterator[tuple[Block, list[str], list[str]]]:
    """Do what the page says; for each command its block, the lines that it shows and those that were written.

    Args:
        story: The blocks in order. A file is written, in place of an older one of its name. A transcript has commands
            behind ``$ ``, each with what it writes.
        folder: Where to do it.
    """
    page = "".join(block.text for block in story)
    for block in story:
        name = file_name(block)
        if name is None:
            for command, shown in _commands(block.text):
                yield block, shown, run_command(command, folder, page)
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(block.text, encoding="utf-8")


def agrees(shown: Sequence[str], written: Sequence[str]) -> bool:
    """Whether these lines were written; ``...`` matches any number of lines; seconds and uuids may differ."""
    wanted, lines = [[_plain(line) for line in each] for each in (shown, written)]
    ends = {0}
    for line in wanted:
        if line == _GAP:
            ends = set(range(min(ends), len(lines) + 1))
        else:
            ends = {end + 1 for end in ends if end < len(lines) and lines[end] == line}
        if not ends:
            return False
    return len(lines) in ends


def _plain(line: str) -> str:
    return _UUID.sub("<a uuid>", _SECONDS.sub("in 0.01s", line.rstrip()))


def _commands(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        else:
            found[-1][1].append(line)
    return found


def run_command(command: str, folder: Path, page: str = "") -> list[str]:
    """The lines that a command of a page writes; there are ``pytest``, ``python`` and ``cat``."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return (folder / arguments[0]).read_text(encoding="utf-8").splitlines()
    left_out = [option for name, sign in _PLUGINS.items() if sign not in page for option in ("-p", f"no:{name}")]
    python = {"pytest": ["-m", "pytest", *_PYTEST, *left_out], "python": []}[program]
    done = subprocess.run(
        [sys.executable, *python, *arguments],
        cwd=folder,
        env={**clean_environment(), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.splitlines()
