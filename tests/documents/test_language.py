"""Plain words: phrases that have to be read twice are in no docstring, comment, message or page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.documents.blocks import ROOT

BANNED = [
    "for who",
    "who asks",
    "told",
    "tells",
    "stand for",
    "stands for",
    "stands in",
    "stands under",
    "stands beside",
    "is another",
    "of which",
    "has met",
    "so are those",
    "as it was",
    "what is given to",
    "where it is",
    "that of",
    "the kind that",
]
"""Phrases, in lower case, that need a plainer word: formatted, recorded, represents, is in, is next to, differs …"""

SUFFIXES = {".py", ".pyi", ".c", ".h", ".md", ".rst", ".toml"}
PHRASE = re.compile(rf"(?<![\w']){'(' + '|'.join(re.escape(phrase) for phrase in BANNED) + ')'}(?![\w'])")
LEFT_OUT = {Path(__file__).relative_to(ROOT).as_posix()}


def texts() -> list[str]:
    """Paths of the project's own texts."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    else:  # a copy of the tree, such as an archive: what a build or an environment leaves is in other folders
        folders = ("snapy_instrument", "tests", "docs", "examples")
        found = [*ROOT.glob("*.*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
        listed = sorted(path.relative_to(ROOT).as_posix() for path in found)
    return [
        path for path in listed if Path(path).suffix in SUFFIXES and (ROOT / path).is_file() and path not in LEFT_OUT
    ]


def banned_in(text: str) -> list[str]:
    """The banned phrases of a text, those that run over the end of a line too."""
    flowing = re.sub(r"\s*\n\s*(?:#+:?|\*|//|>)?\s*", " ", text.lower())
    return PHRASE.findall(flowing)


@pytest.mark.parametrize("path", texts())
def test_no_phrase_has_to_be_read_twice(path: str) -> None:
    """A page, a docstring, a comment and a message use none of the banned phrases."""
    assert banned_in((ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("phrase", BANNED)
def test_a_banned_phrase_is_found(phrase: str) -> None:
    """Each phrase is found in a sentence, at the end of a line of a comment, and not inside a longer word."""
    first, *others = phrase.split()
    assert banned_in(f"It {phrase} you.") == [phrase]
    assert banned_in(f"# it {first}\n# {' '.join(others)} you" if others else f"# it\n# {first}") == [phrase]
    assert banned_in(f"x{phrase}y") == []
