"""Assertions on calls: what passes, and what a failure says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, events, thing

TRACE = Trace(
    events(
        call("shop.checkout")(
            call("shop.tax", net=1.0, country="DE").returns(0.2),
            call("shop.tax", net=2.0, country="FR").returns(0.4),
            call("shop.pay", gw=thing("Gateway"), times=2)(
                call("shop.Gateway.charge", cents=300).raises("ValueError", "declined")
            ).passes_up(),
            call("shop.audit"),
        )
    )
)
TEXT = """\
  trace v1 standard
  shop.checkout()
    shop.tax(net=1.0, country='DE') -> 0.2
    shop.tax(net=2.0, country='FR') -> 0.4
    shop.pay(gw=<Gateway#1>, times=2)
      shop.Gateway.charge(cents=300) raises ValueError('declined')
      raises ^ValueError
    shop.audit()"""


def failure(check: Callable[[], object]) -> list[str]:
    """What the AssertionError says before the tree; lines of the tree that are marked follow."""
    with pytest.raises(AssertionError) as caught:
        check()
    lines = str(caught.value).split("\n")
    start = lines.index("  trace v1 standard")
    marked = [line.strip("> ") for line in lines[start:] if line.startswith(">")]
    assert "\n".join(line.replace(">", " ", 1) if line[0] == ">" else line for line in lines[start:]) == TEXT
    return [*lines[:start], *marked]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"times": 2},
        {"net": 1.0},
        {"net": 2.0, "country": "FR", "times": 1},
        {"net": 3.0, "times": 0},
    ],
)
def test_called(arguments: dict[str, Any]) -> None:
    """At least once, or exactly as often as asked; arguments that are not named may be anything."""
    found = TRACE.assert_called("shop.tax", **arguments)
    assert found == [each for each in TRACE.calls("shop.tax") if arguments.get("net") in (None, each.args["net"])]


def test_arguments_with_taken_names() -> None:
    """A mapping has them."""
    assert len(TRACE.assert_called("shop.pay", {"times": 2}, gw="<Gateway#1>", times=1)) == 1
    TRACE.assert_never("shop.pay", {"times": 1})


def test_never_called_names_near_ones() -> None:
    """A name that nobody called, and what may have been meant."""
    assert failure(lambda: TRACE.assert_called("shop.taxx", net=1)) == [
        "shop.taxx was never called; did you mean shop.tax?",
        "asked: at least once with net=1",
    ]


def test_number_of_calls() -> None:
    """All calls in question are marked."""
    assert failure(lambda: TRACE.assert_called("shop.tax", times=3)) == [
        "shop.tax was called 2 times, not 3",
        "shop.tax(net=1.0, country='DE') -> 0.2",
        "shop.tax(net=2.0, country='FR') -> 0.4",
    ]
    assert failure(lambda: TRACE.assert_called("shop.tax", net=1.0, times=2)) == [
        "shop.tax was called 1 time with net=1.0, not 2",
        "shop.tax(net=1.0, country='DE') -> 0.2",
    ]


def test_arguments_that_no_call_has() -> None:
    """The call that has most of them is shown with what is different."""
    assert failure(lambda: TRACE.assert_called("shop.tax", net=3.0, country="FR"))[:3] == [
        "shop.tax was called 2 times, never with net=3.0, country='FR'",
        "nearest: shop.tax(net=2.0, country='FR') -> 0.4",
        "  net is 2.0",
    ]
    assert failure(lambda: TRACE.assert_called("shop.tax", nett=3.0, times=2))[:3] == [
        "shop.tax was called 2 times, never with nett=3.0, asked: 2 times",
        "nearest: shop.tax(net=1.0, country='DE') -> 0.2",
        "  it has no argument 'nett', only net, country",
    ]


@pytest.mark.parametrize("times", [-1, 1.0, True, "2"])
def test_wrong_number_of_times(times: Any) -> None:
    """It is refused, whatever was called."""
    with pytest.raises(ValueError, match=r"times must be (0 or more|a whole number), got"):
        TRACE.assert_called("shop.tax", times=times)


def test_never() -> None:
    """No call with that name, or none with these arguments."""
    TRACE.assert_never("shop.email.*")
    TRACE.assert_never("shop.tax", net=3.0)


def test_never_names_what_was_called() -> None:
    """Each function with its number of calls."""
    assert failure(lambda: TRACE.assert_never("shop.Gateway.* shop.tax"))[0] == (
        "shop.tax was called 2 times, shop.Gateway.charge 1 time; asked: never 'shop.Gateway.*', 'shop.tax'"
    )
    assert failure(lambda: TRACE.assert_never("shop.tax", net=1.0)) == [
        "shop.tax was called 1 time; asked: never 'shop.tax' with net=1.0",
        "shop.tax(net=1.0, country='DE') -> 0.2",
    ]


def test_order() -> None:
    """Other calls may stand between; a caller comes before what it calls."""
    TRACE.assert_order("shop.checkout", "shop.tax", "shop.tax", "shop.Gateway.*", "shop.audit")


def test_wrong_order() -> None:
    """The first call that does not fit is named."""
    assert failure(lambda: TRACE.assert_order("shop.audit", "shop.pay")) == [
        "shop.pay was called 1 time, but not after shop.audit",
        "asked: shop.audit, then shop.pay",
        "shop.pay(gw=<Gateway#1>, times=2)",
        "shop.audit()",
    ]
    assert failure(lambda: TRACE.assert_order("shop.tax", "shop.pray"))[:2] == [
        "shop.pray was never called; did you mean shop.pay?",
        "asked: shop.tax, then shop.pray",
    ]


def test_order_of_one_call_is_refused() -> None:
    """It would say nothing."""
    with pytest.raises(ValueError, match="at least two patterns"):
        TRACE.assert_order("shop.tax")


def test_no_exceptions() -> None:
    """Among the calls that a pattern chooses."""
    TRACE.assert_no_exceptions("shop.tax")
    Trace(events(call("m.f"))).assert_no_exceptions()


def test_exceptions_are_reported_where_they_began() -> None:
    """With the path to the call, though a caller passed it up."""
    assert failure(TRACE.assert_no_exceptions)[:2] == [
        "shop.Gateway.charge raised ValueError('declined'); 1 more call left by an exception",
        "path: shop.checkout > shop.pay > shop.Gateway.charge",
    ]
    assert failure(lambda: TRACE.assert_no_exceptions("shop.pay"))[:2] == [
        "shop.pay raised ^ValueError",
        "path: shop.checkout > shop.pay",
    ]


def test_budgets() -> None:
    """What a budget allows passes."""
    TRACE.assert_budget(calls=6, depth=3, exceptions=2)
    TRACE.assert_budget("shop.tax", calls=2)
    TRACE.assert_measured_budget(seconds=1000, memory=10_000)


def test_exceeded_budgets_are_reported_together() -> None:
    """With the name of the calls that count."""
    assert failure(lambda: TRACE.assert_budget("shop.*", calls=5, exceptions=1))[0] == (
        "shop.*: 6 calls, the budget is 5 (shop.tax 2, shop.checkout 1, shop.pay 1, ...); "
        "2 calls were left by an exception, the budget is 1"
    )
    assert failure(lambda: TRACE.assert_measured_budget("shop.tax", seconds=1))[0].startswith(
        "shop.tax: 2 s, the budget is 1 s"
    )


def test_nothing_recorded_is_said() -> None:
    """The likeliest cause of a call that is missing."""
    with pytest.raises(AssertionError, match=r"m\.f was never called; no calls were recorded: is the code traced"):
        Trace([]).assert_called("m.f")


def test_bad_patterns_are_errors() -> None:
    """Not failures of the test."""
    with pytest.raises(ValueError, match=r"bad pattern 'a\.\.b'"):
        TRACE.assert_never("a..b")
