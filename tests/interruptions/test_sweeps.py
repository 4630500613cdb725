"""An exception at any statement of ours: it reaches the program or is ours alone, and nothing is left half done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FRAMES = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]


def wrong(part: str, way: str) -> str:
    """What a sweep finds, in a process of its own; it must have interrupted something."""
    command = [sys.executable, "-m", "tests.interruptions.sweep", part, way]
    # Which statements run, and so which of them are chosen, would depend on the seed.
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=env)
    *lines, last = done.stdout.splitlines() or [""]
    assert last.isdigit(), done.stderr
    assert int(last) > 50, "hardly anything was interrupted"
    return "\n".join(lines) + done.stderr


@pytest.mark.parametrize("way", ["proxy", *FRAMES])
def test_a_tracer_is_started_or_not(way: str) -> None:
    """Interrupted on its way in or out, once or twice, it leaves nothing behind, and a later tracer works."""
    assert wrong("blocks", way) == ""


def test_a_hook_is_installed_or_not() -> None:
    """Interrupted, it leaves every module unchanged; an interrupted import is done anew when it is asked for again."""
    assert wrong("hooks", "proxy") == ""


@pytest.mark.parametrize("way", ["proxy", *FRAMES])
def test_a_recorded_call_is_interrupted(way: str) -> None:
    """KeyboardInterrupt and SystemExit reach the program; lack of memory or stack in ours does not; calls are whole."""
    assert wrong("calls", way) == ""
