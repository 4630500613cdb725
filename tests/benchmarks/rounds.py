"""Programs and contenders measured in turns, and what comes out."""

from __future__ import annotations

__all__ = ["Figure", "Results", "measure"]

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.environment import Environment
from tests.benchmarks.tasks import TASKS

# A contender that misses more calls than that did not do the same work.
ENOUGH = 0.9


@dataclass(frozen=True)
class Figure:
    """All runs of one program under one contender.

    Attributes:
        seconds: Of the processor, for each round.
        records: Calls that the contender held in the end.
        implementation: Which of our twins ran, "" for others.
    """

    seconds: tuple[float, ...]
    records: int
    implementation: str

    @property
    def best(self) -> float:
        """Other work on the machine only makes a run slower, so the fastest is the truest."""
        return min(self.seconds)

    @property
    def spread(self) -> float:
        """How much slower than the best the median run was, as a fraction."""
        ordered = sorted(self.seconds)
        return ordered[len(ordered) // 2] / ordered[0] - 1


@dataclass
class Results:
    """What one Python gave.

    Attributes:
        python: Its version.
        rounds: How often each was run.
        scale: Size of the programs, 1 is the usual one.
        figures: By program and contender.
        tasks: Other quantities, by name: the best of the rounds.
    """

    python: str
    rounds: int
    scale: float
    figures: dict[str, dict[str, Figure]] = field(default_factory=dict)
    tasks: dict[str, float] = field(default_factory=dict)

    @property
    def native(self) -> bool:
        """The native twin ran where it was not switched off."""
        all_figures = (row[name] for row in self.figures.values() for name in row if not CONTENDERS[name].pure)
        return any(figure.implementation == "native" for figure in all_figures)

    def calls(self, workload: str) -> int:
        """Calls of the program: what our proxies recorded, or whoever recorded most."""
        row = self.figures[workload]
        ours = [figure.records for name, figure in row.items() if name.startswith("snapy proxy")]
        return ours[0] if ours else max(figure.records for figure in row.values())

    def complete(self, workload: str, contender: str) -> bool:
        """The contender recorded what the program did."""
        figure = self.figures[workload][contender]
        return contender == "untraced" or figure.records >= ENOUGH * self.calls(workload)

    def per_call(self, workload: str, contender: str) -> float | None:
        """Microseconds that tracing adds to a call; None without calls or without an untraced run."""
        row = self.figures[workload]
        if "untraced" not in row or not self.calls(workload):
            return None
        return (row[contender].best - row["untraced"].best) / self.calls(workload) * 1e6

    def ratio(self, workload: str, contender: str, base: str) -> float | None:
        """Best of the one over best of the other, None if one was not measured."""
        row = self.figures.get(workload, {})
        return row[contender].best / row[base].best if contender in row and base in row else None

    @classmethod
    def load(cls, path: Path) -> list[Results]:
        """Read what `dump` wrote."""
        return [_restored(facts) for facts in json.loads(path.read_text(encoding="utf-8"))]

    @staticmethod
    def dump(results: Iterable[Results], path: Path) -> None:
        """Write all as JSON."""
        path.write_text(json.dumps([asdict(one) for one in results], indent=1), encoding="utf-8")


def _restored(facts: dict[str, object]) -> Results:
    one = Results(**facts)  # type: ignore[arg-type]
    for row in one.figures.values():
        for name, figure in row.items():
            raw: dict[str, object] = dict(figure)  # type: ignore[call-overload]
            row[name] = Figure(tuple(raw["seconds"]), int(raw["records"]), str(raw["implementation"]))  # type: ignore[call-overload, arg-type]
    return one


def measure(
    environment: Environment,
    workloads: Iterable[str],
    contenders: Iterable[str],
    tasks: Iterable[str],
    *,
    rounds: int,
    scale: float,
    tell: Callable[[str], None],
) -> Results:
    """Run everything ``rounds`` times, each in a fresh process, contender after contender within a round."""
    results = Results(environment.version, rounds, scale)
    contenders = list(contenders)
    for workload in workloads:
        tell(f"{environment.version}: {workload}")
        runs = [_round(environment, workload, contenders, scale) for _ in range(rounds)]
        results.figures[workload] = {name: _figure([each[name] for each in runs]) for name in contenders}
    for task in tasks:
        tell(f"{environment.version}: {task}")
        for _ in range(rounds if TASKS[task].repeated else 1):
            for name, value in json.loads(environment.run("tasks", task)).items():
                results.tasks[name] = min(value, results.tasks.get(name, value))
    return results


Raw = dict[str, float | int | str]


def _round(environment: Environment, workload: str, contenders: list[str], scale: float) -> dict[str, Raw]:
    done: dict[str, Raw] = {
        name: json.loads(environment.run("child", workload, name, str(scale), pure=CONTENDERS[name].pure))
        for name in contenders
    }
    checksums = {name: raw["checksum"] for name, raw in done.items()}
    if len(set(checksums.values())) > 1:
        raise SystemExit(f"{workload} gave different results: {checksums}; a contender changes the program")
    return done


def _figure(runs: list[Raw]) -> Figure:
    last = runs[-1]
    seconds = tuple(float(run["seconds"]) for run in runs)
    return Figure(seconds, int(last["records"]), str(last["implementation"]))
