"""`TracedSnapshot`: the parts of a recording that snapshots are made of."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument import Trace, TracedExecution, TracedSnapshot

HERE = [__name__]


def tax(net: int) -> float:
    """Return the tax."""
    return net / 5


def pay(net: int) -> float:
    """Call another function."""
    return net + tax(net)


@pytest.fixture
def recorded() -> TracedSnapshot:
    """A tracer that recorded one call with another inside."""
    with TracedSnapshot(HERE) as tracer:
        pay(5)
    return tracer


def test_calls_are_plain_dicts(recorded: TracedSnapshot) -> None:
    """Function, arguments and result, in the order of the tree."""
    calls = [{**call, "function": call["function"].rpartition(".")[2]} for call in recorded.get_function_calls()]
    assert calls == [
        {"function": "pay", "args": {"net": 5}, "returned": 6.0},
        {"function": "tax", "args": {"net": 5}, "returned": 1.0},
    ]


def test_the_call_graph_counts_calls(recorded: TracedSnapshot) -> None:
    """From each function to those it called."""
    assert recorded.build_call_graph()[f"{__name__}.pay"] == {f"{__name__}.tax": 1}


def test_the_execution_has_the_trace(recorded: TracedSnapshot) -> None:
    """As a value of its own."""
    assert recorded.execution == TracedExecution(recorded.trace)


def test_a_serializer_makes_the_text() -> None:
    """Of the trace with the tracer's options; the representation, which snapshots store, is the same text."""

    def names(trace: Trace) -> str:
        return " ".join(call.function_name for call in trace.calls)

    with TracedSnapshot(HERE, serializer=names, detail="minimal") as tracer:
        pay(5)
    assert tracer.format_trace() == repr(tracer) == "pay tax"


@pytest.mark.parametrize("serializer", ["json", 5])
def test_a_serializer_must_be_callable(serializer: Any) -> None:
    """The message names the option and what to pass."""
    with pytest.raises(TypeError, match=f"serializer={serializer!r} cannot be called: pass a function"):
        TracedSnapshot(serializer=serializer)
