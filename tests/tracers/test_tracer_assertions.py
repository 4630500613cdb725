"""Assertions on what a tracer recorded."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from snapy_instrument import FunctionTracer, TracedSnapshot, TraceError

HERE = [__name__]


class Gateway:
    """Known by type and identity alone."""


@dataclass
class Item:
    """Described by its fields."""

    sku: str
    qty: int = 1


def pay(gateway: Gateway, item: Item) -> bool:
    """A function to trace."""
    return item.qty > 0


@pytest.mark.parametrize("kind", [FunctionTracer, TracedSnapshot])
def test_calls_can_be_asked_of_the_tracer(kind: type[FunctionTracer]) -> None:
    """While it records and afterwards."""
    with kind(HERE) as tracer:
        pay(Gateway(), Item("pen"))
        assert len(tracer.calls("*.pay")) == 1
        pay(Gateway(), Item("mug"))
    assert (len(tracer.calls), tracer.calls("*.pay").results) == (2, [True, True])


def test_objects_of_the_program_are_expected_as_they_are() -> None:
    """By identity where nothing else is known, by what they hold where that was captured."""
    gateway, other = Gateway(), Gateway()
    with FunctionTracer(HERE) as tracer:
        pay(gateway, Item("pen", 2))
    tracer.assert_called("*.pay", gateway=gateway, item=Item("pen", 2))
    tracer.assert_called("*.pay", gateway="<Gateway#1>", item="Item(sku='pen', qty=2)")
    tracer.assert_never("*.pay", gateway=other)
    tracer.assert_never("*.pay", item=Item("pen", 3))


def test_a_trace_is_made_again_when_more_was_recorded() -> None:
    """And kept while nothing was."""
    tracer = FunctionTracer(HERE)
    with tracer:
        pay(Gateway(), Item("pen"))
    first = tracer.trace
    assert tracer.trace is first
    with tracer:
        pay(Gateway(), Item("pen"))
    assert (len(first), len(tracer.trace)) == (1, 2)


def test_a_cleaned_tracer_cannot_be_asked() -> None:
    """Nor does it pass what it does not know."""
    tracer = FunctionTracer(HERE)
    tracer.cleanup()
    with pytest.raises(TraceError, match="cleaned up"):
        tracer.assert_never("*")


def test_a_failure_shows_the_test_and_the_tree(pytester: pytest.Pytester) -> None:
    """pytest shows no line of this library, and the first line of the message in its summary."""
    pytester.makepyfile(
        shop="def tax(net): return net / 5",
        test_shop="""
        import shop

        def test_tax(traced):
            with traced("shop") as trace:
                shop.tax(5)
            trace.assert_called("shop.tax", net=4)
        """,
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(
        [
            ">       trace.assert_called(*",
            "E       AssertionError: shop.tax was called 1 time, never with net=4",
            "E       nearest: shop.tax(net=5) -> 1.0",
            "E         net is 5",
            "E         trace v1 standard",
            "E       > shop.tax(net=5) -> 1.0",
            "test_shop.py:6: AssertionError",
        ]
    )
    assert "snapy_instrument" not in result.stdout.str().partition("FAILURES")[2]
