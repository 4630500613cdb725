"""Messages of failed assertions."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.assertions.expected_arguments import Expected
from snapy_instrument.trace.assertions.messages import each_counted, message, not_called, out_of_order, raised
from snapy_instrument.trace.selection import Selection
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, events

TRACE = Trace(
    events(call("shop.pay", n=1)(call("shop.tax", net=5)), call("shop.tax", net=6), call("shop.mail").raises("E", "x"))
)


def expected(**arguments: object) -> Expected:
    """Arguments by name."""
    return Expected(arguments, TRACE.layout.values)


def test_a_message_ends_with_the_marked_text() -> None:
    """The lines come first."""
    lines = message(TRACE, ["first"], TRACE.calls("shop.pay").nodes).split("\n")
    assert lines[:3] == ["first", "  trace v1 standard", "> shop.pay(n=1)"]


def test_calls_are_counted_by_name() -> None:
    """In one sentence."""
    assert each_counted(TRACE.calls("shop.*").nodes) == "shop.tax was called 2 times, shop.pay 1 time, shop.mail 1 time"


def test_a_function_that_was_never_called_has_similar_names() -> None:
    """A slip is seen at once."""
    lines = not_called(TRACE, Selection("shop.taxes"), expected(), [], 0, None)
    assert lines == ["shop.taxes was never called; did you mean shop.tax?", "asked: at least once"]


def test_other_arguments_have_the_nearest_call() -> None:
    """And say what it has instead."""
    nodes = TRACE.calls("shop.tax").nodes
    lines = not_called(TRACE, Selection("shop.tax"), expected(net=7), nodes, 0, None)
    assert lines == ["shop.tax was called 2 times, never with net=7", "nearest: shop.tax(net=5)", "  net is 5"]


def test_a_wrong_number_of_calls_is_one_sentence() -> None:
    """How many there were, and how many not."""
    nodes = TRACE.calls("shop.tax").nodes
    assert not_called(TRACE, Selection("shop.tax"), expected(), nodes, 2, 3) == ["shop.tax was called 2 times, not 3"]


@pytest.mark.parametrize(
    ("patterns", "place", "first"),
    [
        (["shop.mail", "shop.pay"], 1, "shop.pay was called 1 time, but not after shop.mail"),
        (["shop.pay", "bank.q"], 1, "bank.q was never called"),
    ],
)
def test_a_wrong_order_names_the_first_call_out_of_order(patterns: list[str], place: int, first: str) -> None:
    """And the order that was expected."""
    lines = out_of_order(TRACE, [Selection(each) for each in patterns], place)
    assert (lines[0], lines[1]) == (first, f"asked: {', then '.join(patterns)}")


def test_an_exception_has_its_path() -> None:
    """From the outermost call."""
    assert raised(TRACE, TRACE.calls("shop.mail").nodes) == ["shop.mail raised E('x')", "path: shop.mail"]
