"""The list of calls."""

from __future__ import annotations

import copy

import pytest

from snapy_instrument.trace.assertions.calls import Calls
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, events, thing

TRACE = Trace(
    events(
        call("shop.checkout")(
            call("shop.tax", net=1.0).returns(0.2),
            call("shop.tax", net=2.0).returns(0.4),
            call("shop.pay", gw=thing("Gateway")).raises("ValueError", "declined"),
        ).passes_up()
    )
)


def test_calls_are_a_list_of_events() -> None:
    """What held for a list holds."""
    calls = TRACE.calls
    assert isinstance(calls, list)
    assert [calls[1].name, len(calls), calls[-1].args.keys()] == ["shop.tax", 4, {"gw"}]
    assert calls == [node.call for node in TRACE.tree.walk()]


def test_calling_it_filters_by_name() -> None:
    """And gives a list of the same kind."""
    found = TRACE.calls("shop.*")("shop.tax")
    assert isinstance(found, Calls)
    assert [each.args["net"] for each in found] == [1.0, 2.0]


def test_a_bad_pattern_is_an_error() -> None:
    """It is quoted."""
    with pytest.raises(ValueError, match=r"bad pattern 'shop\.\.tax'"):
        TRACE.calls("shop..tax")


def test_results_are_those_of_the_calls() -> None:
    """None where an exception left the call."""
    assert (TRACE.calls("shop.tax").results, TRACE.calls("shop.pay").results) == ([0.2, 0.4], [None])


def test_nodes_have_what_is_inside() -> None:
    """Each with its children."""
    assert [len(node.children) for node in TRACE.calls("shop.checkout").nodes] == [3]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("shop.pay", "<1 call: shop.pay(gw=<Gateway#1>) raises ValueError('declined')>"),
        ("shop.tax", "<2 calls: shop.tax(net=1.0) -> 0.2; shop.tax(net=2.0) -> 0.4>"),
        ("*", "<4 calls: shop.checkout() raises ^ValueError; shop.tax(net=1.0) -> 0.2; shop.tax(net=2.0) -> 0.4; ...>"),
        ("mail", "<0 calls>"),
    ],
)
def test_it_shows_as_lines_of_the_text(pattern: str, expected: str) -> None:
    """The first three."""
    assert repr(TRACE.calls(pattern)) == expected


def test_a_copy_is_equal() -> None:
    """Copies can be asked, too."""
    assert copy.copy(TRACE.calls)("shop.tax") == copy.deepcopy(TRACE.calls)("shop.tax") == TRACE.calls("shop.tax")
