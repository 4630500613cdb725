"""Each backend for a few seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.stress.program import BACKENDS


@pytest.mark.parametrize("backend", BACKENDS)
def test_tracers_start_and_stop_while_threads_run(backend: str) -> None:
    """Nothing crashes, nothing is raised into the program or the test, and every trace is balanced."""
    command = [sys.executable, "-m", "tests.stress", "--seconds", "3", "--backend", backend]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
