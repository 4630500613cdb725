"""What the figures have to be, and whether they are."""

from __future__ import annotations

__all__ = ["Verdict", "verdicts"]

from dataclasses import dataclass

from tests.benchmarks.rounds import Results

# Contender, peer, the largest ratio of their times; on each of `JUDGED`.
RATIOS = [
    ("snapy proxy", "VizTracer", 0.9),
    ("snapy proxy", "VizTracer, values", 0.25),
    ("snapy proxy", "hunter", 0.1),
    ("snapy frame", "VizTracer", 1.5),
    ("snapy frame", "VizTracer, values", 0.5),
    ("snapy proxy, pure", "settrace by hand", 1.0),
]
JUDGED = ["fib", "orders"]
# Beginning of a quantity's name, the largest value.
QUANTITIES = [
    ("hooked call without a tracer", 0.1),
    ("memory, proxy", 200.0),
    ("memory, frame", 200.0),
    ("format 100,000 calls", 2.0),
    ("diff 100,000 calls", 5.0),
]


@dataclass(frozen=True)
class Verdict:
    """One target.

    Attributes:
        python: The version it was measured on.
        target: What was asked, in words.
        allowed: The largest value that passes.
        measured: What it is.
    """

    python: str
    target: str
    allowed: float
    measured: float

    @property
    def passed(self) -> bool:
        """Within what is allowed."""
        return self.measured <= self.allowed


def verdicts(results: Results) -> list[Verdict]:
    """One for each target that was measured.

    Targets of the native twin are judged as they are when the pure one ran in its place: they fail then.
    """
    found = []
    for contender, peer, allowed in RATIOS:
        for workload in JUDGED:
            ratio = results.ratio(workload, contender, peer)
            if ratio is not None:
                found.append(Verdict(results.python, f"{workload}: {contender} / {peer}", allowed, ratio))
    for beginning, allowed in QUANTITIES:
        measured = ((name, value) for name, value in results.tasks.items() if name.startswith(beginning))
        found.extend(Verdict(results.python, name, allowed, value) for name, value in measured)
    return found
