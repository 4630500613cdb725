"""Recording a call does not become twice as expensive unnoticed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import snapy_instrument
from tests.benchmarks.guard import bounds_of, exceeded

ROOT = Path(__file__).parents[2]


def guarded(pure: str) -> tuple[str, dict[str, float]]:
    """Implementation and ratios, measured in a process where nobody else traces."""
    environment = {**os.environ, "SNAPY_PURE_PYTHON": pure}
    command = [sys.executable, "-m", "tests.benchmarks.guard"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return found["implementation"], found["ratios"]


@pytest.mark.parametrize("implementation", sorted({"pure", snapy_instrument.IMPLEMENTATION}))
def test_a_recorded_call_costs_what_it_used_to(implementation: str) -> None:
    """What a tracer adds to fib and orders, over what a hand-written trace function adds, stays within its bound."""
    loaded, ratios = guarded("1" if implementation == "pure" else "")
    assert loaded == implementation
    assert set(ratios) == set(bounds_of(implementation))
    assert exceeded(ratios, bounds_of(implementation)) == {}


def test_what_exceeds_its_bound_is_named() -> None:
    """A ratio above its bound is reported with both figures, others are not."""
    assert exceeded({"fib, proxy": 3.25, "fib, frame": 1.0}, {"fib, proxy": 2.6, "fib, frame": 4.0}) == {
        "fib, proxy": "3.25 > 2.6"
    }
