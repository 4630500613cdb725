"""The harness itself: figures, verdicts, tables, the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import options_of
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.document import PAGE, filled
from tests.benchmarks.report import costs, judged, times
from tests.benchmarks.rounds import Figure, Results
from tests.benchmarks.targets import JUDGED, QUANTITIES, RATIOS, verdicts
from tests.benchmarks.tasks import TASKS
from tests.benchmarks.workloads import WORKLOADS


@pytest.fixture
def results() -> Results:
    """Return figures of fib under four contenders, the last of them with lost calls, and one quantity."""
    row = {
        "untraced": Figure((0.010, 0.012, 0.011), 0, ""),
        "snapy proxy": Figure((0.030, 0.040, 0.033), 1000, "native"),
        "VizTracer": Figure((0.025, 0.020, 0.030), 1001, ""),
        "MonkeyType": Figure((0.050, 0.050, 0.050), 10, ""),
    }
    return Results("3.11.7", 3, 1.0, {"fib": row}, {"format 100,000 calls (s)": 1.5})


def test_best_and_spread(results: Results) -> None:
    """The best run counts; the spread is how much slower the median run was."""
    figure = results.figures["fib"]["snapy proxy"]
    assert figure.best == 0.030
    assert figure.spread == pytest.approx(0.1)


def test_cost_of_a_call_is_what_tracing_adds(results: Results) -> None:
    """Microseconds a call are the difference to the untraced run over the calls that our proxies recorded."""
    assert results.per_call("fib", "snapy proxy") == pytest.approx(20.0)


def test_verdicts_judge_only_what_was_measured(results: Results) -> None:
    """One ratio and one quantity were measured: two verdicts, the ratio too large, the quantity within its bound."""
    assert [(each.target, each.passed) for each in verdicts(results)] == [
        ("fib: snapy proxy / VizTracer", False),
        ("format 100,000 calls (s)", True),
    ]


def test_tables_name_who_lost_calls(results: Results) -> None:
    """A contender that recorded few of the calls has no cost a call and is marked."""
    assert costs(results)[1] == [
        ["snapy proxy", "20.00"],
        ["VizTracer", "10.00"],
        ["MonkeyType", "incomplete"],
        ["calls", "1,000"],
    ]
    assert times(results)[1][-1] == ["MonkeyType", "5.0 (+0%) incomplete"]


def test_verdicts_are_shown_with_their_figures(results: Results) -> None:
    """A row has target, bound, figure and verdict."""
    assert judged(results)[1][0] == ["fib: snapy proxy / VizTracer", "0.9", "1.5", "FAIL"]


def test_results_can_be_kept(results: Results, tmp_path: Path) -> None:
    """A dumped report loads unchanged."""
    Results.dump([results], tmp_path / "results.json")
    assert Results.load(tmp_path / "results.json") == [results]


def test_targets_name_what_is_measured() -> None:
    """Each contender, program and quantity of a target exists, so that none is left out of judgement by its name."""
    assert {name for contender, peer, _ in RATIOS for name in (contender, peer)} <= set(CONTENDERS)
    assert set(JUDGED) <= set(WORKLOADS)
    source = Path(__file__).with_name("tasks.py").read_text(encoding="utf-8")
    assert [name for name, _ in QUANTITIES if name.partition(",")[0].replace("100,000", "") not in source] == []


def test_page_is_filled_between_its_markers() -> None:
    """Only what stands between the markers is replaced, again and again."""
    once = filled(PAGE.read_text(encoding="utf-8"), "<table 1>")
    assert filled(once, "<table 2>") == once.replace("<table 1>", "<table 2>")
    assert filled(once, "<table 1>") == once


def test_page_without_markers_is_refused() -> None:
    """The message names the missing marker."""
    with pytest.raises(ValueError, match="measured: begin"):
        filled("no markers", "tables")


def test_quick_means_small_and_few() -> None:
    """``--quick`` sets rounds and scale; other options stay."""
    options = options_of(["--quick", "--workload", "fib"])
    assert (options.rounds, options.scale, options.workload) == (2, 0.1, ["fib"])


def test_unknown_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt contender ends with the list of those there are."""
    with pytest.raises(SystemExit):
        options_of(["--contender", "viztracer"])
    assert "VizTracer, values" in capsys.readouterr().err


def test_programs_give_the_same_each_time() -> None:
    """Each program that needs no other package is deterministic."""
    from importlib import import_module

    for workload in WORKLOADS.values():
        if not workload.packages:
            module = import_module(workload.module)
            assert module.run(module.prepare(0.01)) == module.run(module.prepare(0.01))
    assert len(TASKS) >= 5
