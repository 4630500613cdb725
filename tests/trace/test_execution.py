"""Executions as plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from syrupy.extensions.amber.serializer import AmberDataSerializer

from snapy_instrument.trace.execution import TracedExecution, execution_flow, format_events, function_list
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import REDACTED, Struct
from tests.trace.builders import call, detached, events, thing

SHOP = events(
    call("shop.main")(
        call("shop.total", items=[1.5, 2]).returns(3.5),
        call("shop.pay", gw=thing("Gateway"), token=REDACTED)(
            call("shop.Gateway.charge", self=thing("Gateway"), cents=350).raises("ValueError", "declined")
        ).passes_up(),
        call("shop.wait").unfinished(),
    )
)


def test_function_calls_are_plain_and_in_order() -> None:
    """Each call is a dict with its function, arguments and outcome."""
    assert TracedExecution(SHOP).function_calls() == [
        {"function": "shop.main", "args": {}, "returned": None},
        {"function": "shop.total", "args": {"items": [1.5, 2]}, "returned": 3.5},
        {
            "function": "shop.pay",
            "args": {"gw": "<Gateway#1>", "token": "<redacted>"},
            "raised": "^ValueError",
        },
        {"function": "shop.Gateway.charge", "args": {"cents": 350}, "raised": "ValueError('declined')"},
        {"function": "shop.wait", "args": {}, "unfinished": True},
    ]


def test_function_calls_at_minimal_have_no_values() -> None:
    """The trace's level holds."""
    found = TracedExecution(Trace(SHOP, detail="minimal")).function_calls()
    assert found[1] == {"function": "shop.total", "args": {}}


def test_function_calls_at_verbose_have_the_receiver() -> None:
    """The trace's level holds."""
    found = TracedExecution(Trace(SHOP, detail="verbose")).function_calls()
    assert found[3]["args"] == {"self": "<Gateway#1>", "cents": 350}


def test_objects_have_the_numbers_of_the_text() -> None:
    """A thread that ran later is earlier in text and list, with the lower number."""
    job = call("m.job", x=thing("P", "late")).in_thread("t")
    found = TracedExecution(events(call("m.main")(job, call("m.f", x=thing("P", "soon"))))).function_calls()
    assert [each["args"] for each in found] == [{}, {"x": "<P#1>"}, {"x": "<P#2>"}]


def test_function_calls_do_not_change_events() -> None:
    """Changing what was given changes no event."""
    found = TracedExecution(SHOP)
    found.function_calls()[1]["args"]["items"].clear()
    assert found.function_calls()[1]["args"] == {"items": [1.5, 2]}


def test_calls_are_nodes_in_the_order_of_the_text() -> None:
    """Each call has its events; those of other threads are sorted."""
    found = TracedExecution(events(call("m.f"), detached("b", call("m.z")), detached("a", call("m.y")))).calls
    assert [(node.name, node.returned is not None) for node in found] == [
        ("m.f", True),
        ("m.y", True),
        ("m.z", True),
    ]


def test_call_graph() -> None:
    """The graph of the trace."""
    assert TracedExecution(SHOP).build_call_graph()["shop.pay"] == {"shop.Gateway.charge": 1}


def test_performance_summary() -> None:
    """Counts and measured quantities."""
    found = TracedExecution(SHOP).get_performance_summary()
    assert (found["total_calls"], repr(found["total_execution_time"])) == (5, "<volatile>")


def test_repr_is_the_text() -> None:
    """Without our extension syrupy stores the text."""
    assert AmberDataSerializer.serialize(TracedExecution(SHOP)) == str(Trace(SHOP))


def test_trace_may_be_given() -> None:
    """A trace is kept as it is."""
    trace = Trace(SHOP)
    assert TracedExecution(trace).trace is trace


def test_equal_traces_are_equal_executions() -> None:
    """Executions compare by their traces; other types are left to themselves."""
    assert TracedExecution(SHOP) == TracedExecution(SHOP)
    assert TracedExecution(SHOP) != TracedExecution([])
    assert TracedExecution(SHOP).__eq__(1) is NotImplemented


def test_execution_flow() -> None:
    """Begin and end of each call, an exception in place of the return, no end of an unfinished call."""
    assert [(step["event"], step["function"], step["depth"]) for step in execution_flow(SHOP)] == [
        ("call", "shop.main", 0),
        ("call", "shop.total", 1),
        ("return", "shop.total", 1),
        ("call", "shop.pay", 1),
        ("call", "shop.Gateway.charge", 2),
        ("exception", "shop.Gateway.charge", 2),
        ("exception", "shop.pay", 1),
        ("call", "shop.wait", 1),
        ("return", "shop.main", 0),
    ]


def test_function_list_has_each_name_once() -> None:
    """Full names in the order of the first call in the tree."""
    found = events(call("m.f")(call("n.b"), call("n.a"), call("n.b")), call("m.f"))
    assert function_list(found) == ["m.f", "n.b", "n.a"]


def test_format_events() -> None:
    """One line for each begin and end, indented by depth."""
    assert format_events(SHOP).split("\n") == [
        "call shop.main()",
        "  call shop.total(items=[1.5, 2])",
        "  return shop.total -> 3.5",
        "  call shop.pay(gw=<Gateway#1>, token=<redacted>)",
        "    call shop.Gateway.charge(cents=350)",
        "    exception shop.Gateway.charge ValueError('declined')",
        "  exception shop.pay ^ValueError",
        "  call shop.wait()",
        "  return shop.wait -> <unfinished>",
        "return shop.main",
    ]


def test_format_events_of_nothing_is_empty() -> None:
    """Without calls there is no line."""
    assert format_events([]) == ""


@pytest.mark.parametrize(
    "view",
    [execution_flow, function_list, format_events, lambda found: TracedExecution(found).function_calls()],
)
def test_views_do_not_depend_on_the_schedule(view: Callable[[Any], Any]) -> None:
    """Whichever thread ran first, the plain values are the same."""
    specs = [
        call("m.main")(
            call("m.job", x={thing("P", "a"), thing("P", "b")}).in_thread("t"), call("m.f", x=Struct("S", ()))
        ),
        detached("d1", call("m.x", y=1)(call("m.z"))),
        detached("d2", call("m.w", y=2)),
    ]
    found = {repr(view(events(*specs, schedule=pick))) for pick in (lambda n: 0, lambda n: n - 1, lambda n: n // 2)}
    assert len(found) == 1
