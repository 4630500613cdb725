"""`trace_legacy_system`: what one call of a function did."""

from __future__ import annotations

import pytest

from snapy_instrument import trace_legacy_system


def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


def quadruple(number: int) -> int:
    """Call another function."""
    return double(double(number))


def test_a_report_has_the_result_and_what_happened() -> None:
    """The result itself, each call and its end in order, the functions, and the number of their calls."""
    report = trace_legacy_system(quadruple, 1)
    assert report["result"] == 4
    assert report["called_functions"] == [f"{__name__}.quadruple", f"{__name__}.double"]
    assert [step["event"] for step in report["execution_flow"]] == [
        "call",
        "call",
        "return",
        "call",
        "return",
        "return",
    ]
    assert report["performance_data"][f"{__name__}.double"]["calls"] == 2


def test_arguments_of_any_name_reach_the_function() -> None:
    """Those that the parameters of `trace_legacy_system` have too."""

    def old(**given: int) -> dict[str, int]:
        return given

    assert trace_legacy_system(old, legacy_function=1)["result"] == {"legacy_function": 1}


def test_an_exception_reaches_the_caller() -> None:
    """The tracer does not swallow it."""
    with pytest.raises(ZeroDivisionError):
        trace_legacy_system(lambda: 1 // 0)
