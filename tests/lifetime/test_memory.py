"""Memory stays flat, however many calls are recorded and forgotten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lifetime.ways import WAYS

ROOT = Path(__file__).parents[2]


def growth(way: str, kind: str, program: str, rounds: int) -> tuple[int, int, int]:
    """Calls recorded in a fresh process, and by how many allocated blocks and KiB it grew meanwhile."""
    command = [sys.executable, "-m", "tests.lifetime.leaks", way, kind, program, str(rounds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    calls, blocks, resident = map(int, done.stdout.split())
    return calls, blocks, resident


@pytest.mark.parametrize("kind", ["blocks", "streaming"])
@pytest.mark.parametrize("way", WAYS)
def test_no_kind_of_call_leaks(way: str, kind: str) -> None:
    """Of calls, exceptions, generators, tasks and threads, recorded and forgotten, nothing stays."""
    calls, blocks, _ = growth(way, kind, "mixed", 40)
    assert calls > 6000
    assert blocks < calls / 10


def test_a_million_calls() -> None:
    """A million calls in two hundred blocks leave less than a block of memory in a thousand calls, and no 4 MiB."""
    _, blocks, resident = growth("proxy", "blocks", "many", 200)
    assert blocks < 1000
    assert resident < 4096
