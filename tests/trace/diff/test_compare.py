"""Causes and consequences."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.diff import diff_traces


def causes(old: str, new: str) -> tuple[list[str], list[str]]:
    """Kinds and names of the causes, and of what follows from them."""
    diff = diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")
    return [f"{each.kind} {each.name}" for each in diff.changes], [
        f"{each.kind} {each.name}" for each in diff.consequences
    ]


def test_the_result_of_a_caller_follows() -> None:
    """From the result of a call inside it."""
    old, new = "m.f()\n  m.g() -> {0}\n  -> {0}0", "m.f()\n  m.g() -> {0}\n  -> {0}0"
    assert causes(old.format(1), new.format(2)) == (["result m.g"], ["result m.f"])


def test_a_result_follows_from_a_changed_argument() -> None:
    """Of the same call."""
    assert causes("m.f(x=1) -> 1", "m.f(x=2) -> 2") == (["argument m.f"], ["result m.f"])


def test_a_value_that_is_passed_on_follows() -> None:
    """Where the same change is seen in a call inside."""
    text = "m.f(x={0})\n  m.g(y={0})"
    assert causes(text.format(100), text.format(200)) == (["argument m.f"], ["argument m.g"])


@pytest.mark.parametrize(("old", "new"), [("1", "2"), ("True", "False")])
def test_a_common_value_seen_elsewhere_does_not_follow(old: str, new: str) -> None:
    """It is too short to be recognised."""
    text = "m.f(x={0})\nm.g(y={0})"
    assert causes(text.format(old), text.format(new)) == (["argument m.f", "argument m.g"], [])


def test_a_distinctive_value_seen_elsewhere_follows() -> None:
    """It was passed on, though nobody saw how."""
    text = "m.f(x={0})\nm.g(y={0})"
    assert causes(text.format("'alpha'"), text.format("'omega'")) == (["argument m.f"], ["argument m.g"])


def test_objects_may_have_other_numbers() -> None:
    """If they are the same ones throughout."""
    assert causes("m.f(x=<A#1>)\nm.g(x=<A#1>)", "m.f(x=<A#2>)\nm.g(x=<A#2>)") == ([], [])


def test_deep_traces_need_no_recursion() -> None:
    """A chain of 5000 calls is compared."""
    lines = [f"{'  ' * min(depth, 200)}{f'[{depth}] ' if depth > 200 else ''}m.f(n={depth})" for depth in range(5000)]
    assert causes("\n".join(lines), "\n".join([*lines[:-1], lines[-1].replace("n=4999", "n=0")])) == (
        ["argument m.f"],
        [],
    )
