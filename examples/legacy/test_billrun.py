"""What does this program do? Nobody touches it; its traces tell, and keep telling after the next change."""

from __future__ import annotations

from pathlib import Path

import billrun

from snapy_instrument import FunctionTracer, trace_legacy_system

CALLS = str(Path(__file__).with_name("calls.dat"))


def test_bills(snapshot):
    """One call gives the result, the flow and the functions of a program nobody knows."""
    found = trace_legacy_system(billrun.main, ["billrun", CALLS])
    found["execution_flow"] = [
        "  " * each["depth"] + f"{each['event']} {each['function']}" for each in found["execution_flow"]
    ]
    assert found == snapshot


def test_which_functions_are_never_called():
    """The functions seen, against those the program has, name what this input does not reach."""
    found = trace_legacy_system(billrun.main, ["billrun", CALLS])
    seen = {name.rpartition(".")[2] for name in found["called_functions"]}
    defined = {name for name, value in vars(billrun).items() if callable(value) and name != "Bill"}
    assert defined - seen == set()


def test_trace(traced, trace_snapshot):
    """The whole story with values: nested helpers, a lambda, a bare except that swallows."""
    with traced("billrun") as trace:
        billrun.main(["billrun", CALLS])
    assert trace == trace_snapshot


def test_one_bill_line_by_line(traced, trace_snapshot):
    """Verbose with lines shows how local variables change."""
    with traced("billrun:mins", detail="verbose", trace_lines=True) as trace:
        billrun.mins(61)
    assert trace == trace_snapshot


def test_hot_spots():
    """Times tell where a run spends itself."""
    with FunctionTracer(["billrun"]) as tracer:
        billrun.main(["billrun", CALLS])
    times = tracer.get_timing_data()
    assert max(times, key=lambda name: times[name]["total_time"]) == "billrun.main"
