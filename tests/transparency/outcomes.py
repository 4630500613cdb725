"""Outcomes of a test run, read from its junit file, and what differs between two runs."""

from __future__ import annotations

__all__ = ["changed", "read_outcomes"]

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

# Parameters made of the current time are in the names of tests.
_CLOCK = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d+)?")

Outcomes = Counter[tuple[str, str]]


def read_outcomes(path: Path) -> Outcomes:
    """How often each test had each outcome: (test, "passed" | "failed" | "error" | "skipped")."""
    found: Outcomes = Counter()
    if not path.exists():
        return found
    for case in ElementTree.parse(path).iter("testcase"):
        name = _CLOCK.sub("<time>", f"{case.get('classname')}::{case.get('name')}")
        kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
        outcome = {"failure": "failed"}.get(min(kinds), min(kinds)) if kinds else "passed"
        found[(name, outcome)] += 1
    return found


def changed(plain: Outcomes, hooked: Outcomes) -> list[str]:
    """``test: outcome -> outcome`` for each test whose outcome is not the same."""
    before, after = plain - hooked, hooked - plain
    lines = []
    for name in sorted({name for name, _ in (*before, *after)}):
        old = "/".join(sorted(outcome for test, outcome in before if test == name)) or "not run"
        new = "/".join(sorted(outcome for test, outcome in after if test == name)) or "not run"
        lines.append(f"{name}: {old} -> {new}")
    return lines
