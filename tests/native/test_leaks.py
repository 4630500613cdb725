"""The C code gives back what it takes."""

from __future__ import annotations

import os
import subprocess
import sys


def test_no_path_leaves_memory_behind() -> None:
    """A reference lost on any path is some blocks a round, in each window: a round takes each path several times."""
    command = [sys.executable, "-m", "tests.native.paths", "5", "8"]
    environment = {**os.environ, "PYTHONMALLOC": "pymalloc"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert float(done.stdout) < 3, f"{done.stdout.strip()} blocks a round stay allocated"
