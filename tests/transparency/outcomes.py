"""Outcomes of a test run, read from what it left behind, and what differs between two runs."""

from __future__ import annotations

__all__ = ["NOT_RUN", "Difference", "Outcomes", "changed", "number_of_tests", "read_outcomes", "read_warnings"]

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Parameters made of the current time are in the names of tests, addresses in those of objects; the interpreter names
# the process in its warning of a fork beside threads.
_CLOCK = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d+)?")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_PROCESS = re.compile(r"\bpid=\d+")
WARNING = "warning: "
NOT_RUN = "not run"

Outcomes = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Difference:
    """A test, or a warning, that is not the same in two runs.

    Attributes:
        name: Class and name of the test, or the warning with its place.
        before: Its outcomes in the first run.
        after: Its outcomes in the second run.
        reason: Why it cannot be the same, where that is known.
    """

    name: str
    before: str
    after: str
    reason: str = ""

    def __str__(self) -> str:
        text = f"{self.name}: {self.before} -> {self.after}"
        return f"{text} ({self.reason})" if self.reason else text


def read_outcomes(path: Path) -> Outcomes:
    """How often each test of a junit file had each outcome: (test, "passed" | "failed" | "error" | "skipped")."""
    found: Outcomes = Counter()
    if not path.exists():
        return found
    for case in ElementTree.parse(path).iter("testcase"):
        name = _steady(f"{case.get('classname')}::{case.get('name')}")
        kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
        outcome = {"failure": "failed"}.get(min(kinds), min(kinds)) if kinds else "passed"
        found[(name, outcome)] += 1
    return found


def read_warnings(lines: Iterable[str]) -> Outcomes:
    """Each warning once, however often it was given: how often depends on when the collector runs."""
    return Counter({(f"{WARNING}{_steady(line)}", "given") for line in lines})


def number_of_tests(outcomes: Outcomes) -> int:
    """The tests in ``outcomes``, without the warnings."""
    return sum(count for (name, _), count in outcomes.items() if not name.startswith(WARNING))


def changed(plain: Outcomes, hooked: Outcomes) -> list[Difference]:
    """Each test whose outcome is not the same, and each warning that is lost or new, by name."""
    before, after = plain - hooked, hooked - plain
    names = sorted({name for name, _ in (*before, *after)})
    return [Difference(name, _outcome(before, name), _outcome(after, name)) for name in names]


def _outcome(outcomes: Outcomes, name: str) -> str:
    nothing = "not given" if name.startswith(WARNING) else NOT_RUN
    return "/".join(sorted(outcome for test, outcome in outcomes if test == name)) or nothing


def _steady(name: str) -> str:
    return _PROCESS.sub("pid=...", _ADDRESS.sub("0x...", _CLOCK.sub("<time>", name)))
