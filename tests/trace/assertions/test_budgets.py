"""Budgets on counts and on what was measured."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.trace.assertions.budgets import counted_overruns, measured_overruns
from snapy_instrument.trace.selection import Selection
from snapy_instrument.trace.tree import build_tree
from tests.trace.builders import call, detached, events

EVENTS = events(
    call("shop.run")(
        *[call("shop.step", n=n)(call("db.query")) for n in range(3)],
        call("shop.pay")(call("db.query").raises("ValueError", "no")).passes_up(),
    ),
    detached("t", call("db.query")),
)
TREE = build_tree(EVENTS)


def counted(pattern: str | None = None, **budgets: int) -> list[str]:
    """The sentences."""
    selection = None if pattern is None else Selection(pattern)
    return [over.text for over in counted_overruns(TREE, selection, budgets)]


@pytest.mark.parametrize(
    ("pattern", "budgets", "expected"),
    [
        (None, {"calls": 10}, []),
        (None, {"calls": 9}, ["10 calls, the budget is 9 (db.query 5, shop.step 3, shop.run 1, ...)"]),
        ("db.*", {"calls": 5}, []),
        ("db.*", {"calls": 4}, ["5 calls, the budget is 4 (db.query 5)"]),
        (None, {"depth": 3}, []),
        (None, {"depth": 2}, ["depth 3, the budget is 2 (shop.run > shop.step > db.query)"]),
        ("shop.*", {"depth": 2}, []),
        ("shop.*", {"depth": 1}, ["depth 2, the budget is 1 (shop.run > shop.step)"]),
        (None, {"exceptions": 2}, []),
        (None, {"exceptions": 1}, ["2 calls were left by an exception, the budget is 1"]),
        ("db.*", {"exceptions": 0}, ["1 call was left by an exception, the budget is 0"]),
        (
            "db.*",
            {"calls": 0, "exceptions": 0},
            ["5 calls, the budget is 0 (db.query 5)", "1 call was left by an exception, the budget is 0"],
        ),
    ],
)
def test_counts(pattern: str | None, budgets: dict[str, int], expected: list[str]) -> None:
    """What a budget allows passes, one more does not."""
    assert counted(pattern, **budgets) == expected


def test_long_paths_are_cut_in_the_middle() -> None:
    """The outermost and innermost three calls are named."""
    spec = call("m.f9")
    for n in reversed(range(9)):
        spec = call(f"m.f{n}")(spec)
    (over,) = counted_overruns(build_tree(events(spec)), None, {"depth": 8})
    assert over.text == "depth 10, the budget is 8 (m.f0 > m.f1 > m.f2 > ... > m.f7 > m.f8 > m.f9)"
    assert [node.name for node in over.calls] == ["m.f8", "m.f9"]


def measured(pattern: str | None = None, **budgets: float) -> list[str]:
    """The sentences; an event comes one second after the one before."""
    selection = None if pattern is None else Selection(pattern)
    return [over.text for over in measured_overruns(EVENTS, selection, budgets)]


def test_seconds_of_nested_calls_count_once() -> None:
    """From the beginning of shop.run to its end."""
    assert measured("shop.*", seconds=19) == []
    assert measured("shop.*", seconds=18.9) == [
        "19 s, the budget is 18.9 s (longest: shop.step 6 s, shop.run 5 s, shop.pay 3 s)"
    ]


def test_memory_is_the_highest_reading() -> None:
    """Of the events of the chosen calls."""
    highest = EVENTS[-1].memory_usage
    assert measured(memory=highest) == []
    assert measured(memory=highest - 1) == [f"{highest} bytes used by the process, the budget is {highest - 1}"]
    assert measured("shop.*", memory=highest - 1) == []


@pytest.mark.parametrize(
    ("budgets", "message"),
    [
        ({}, "no budget was given"),
        ({"calls": None, "depth": None}, "no budget was given: name at least one of calls, depth"),
        ({"calls": -1}, "calls must be 0 or more, got -1"),
        ({"calls": 1.5}, "calls must be a whole number, got 1.5"),
        ({"depth": True}, "depth must be a whole number, got True"),
        ({"exceptions": "3"}, "exceptions must be a whole number, got '3'"),
    ],
)
def test_wrong_budgets(budgets: dict[str, Any], message: str) -> None:
    """They are named."""
    with pytest.raises(ValueError, match=message):
        counted_overruns(TREE, None, budgets)


@pytest.mark.parametrize("seconds", [-0.1, float("nan"), "1"])
def test_wrong_measured_budgets(seconds: Any) -> None:
    """Any number that is not negative will do."""
    with pytest.raises(ValueError, match=r"seconds must be (0 or more|a number), got"):
        measured_overruns(EVENTS, None, {"seconds": seconds})
