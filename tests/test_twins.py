"""Which twin of the hot path runs."""

from __future__ import annotations

import os
import subprocess
import sys

import snapy_instrument
from snapy_instrument import _twins as implementation

ASKED_FOR = "pure" if os.environ.get("SNAPY_PURE_PYTHON", "0") not in ("", "0") else "native"


def loaded(**environment: str) -> str:
    """What a new process with that environment says of itself."""
    code = "import snapy_instrument as s; print(s.IMPLEMENTATION)"
    variables = {key: value for key, value in os.environ.items() if key != "SNAPY_PURE_PYTHON"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_twin_that_was_asked_for_is_the_one_that_runs() -> None:
    """Without SNAPY_PURE_PYTHON the native twin was built and loaded; with it, pure Python runs."""
    assert snapy_instrument.IMPLEMENTATION == ASKED_FOR, implementation.PURE_BECAUSE


def test_the_reason_is_given_exactly_for_pure_python() -> None:
    """PURE_BECAUSE is a sentence where pure Python runs, else None."""
    assert (implementation.PURE_BECAUSE is None) == (implementation.IMPLEMENTATION == "native")


def test_the_switch_is_read_at_import() -> None:
    """SNAPY_PURE_PYTHON=1 switches the native twin off, 0 and nothing do not."""
    assert loaded(SNAPY_PURE_PYTHON="1") == "pure"
    assert loaded(SNAPY_PURE_PYTHON="0") == loaded() == loaded(SNAPY_PURE_PYTHON="")
