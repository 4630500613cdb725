"""The stack of open calls."""

from __future__ import annotations

from snapy_instrument.trace.analysis.call_stack import CallStackManager
from tests.trace.builders import event


def test_new_stack_is_empty() -> None:
    """The attributes of the founding document with their first values."""
    manager = CallStackManager()
    assert (manager.stack, manager.max_depth, dict(manager.call_counts)) == ([], 0, {})


def test_exit_gives_the_call_with_its_result() -> None:
    """The innermost call comes back with the return value set."""
    manager = CallStackManager()
    outer, inner = event("call", "f"), event("call", "g")
    manager.enter_call(outer)
    manager.enter_call(inner)
    assert manager.exit_call(event("return", "g", return_value=3)) is inner
    assert (inner.return_value, manager.stack) == (3, [outer])


def test_exit_of_an_empty_stack_gives_none() -> None:
    """A return without a call is not an error here."""
    assert CallStackManager().exit_call(event("return", "f")) is None


def test_depth_is_the_greatest_ever() -> None:
    """The depth does not shrink when calls return."""
    manager = CallStackManager()
    for _ in range(2):
        manager.enter_call(event("call", "f"))
    manager.exit_call(event("return", "f"))
    manager.enter_call(event("call", "g"))
    assert manager.max_depth == 2


def test_calls_are_counted_by_name() -> None:
    """Every call entered counts, returned or not; a name never called has 0."""
    manager = CallStackManager()
    for name in "ffg":
        manager.enter_call(event("call", name))
        manager.exit_call(event("return", name))
    assert (manager.call_counts["f"], manager.call_counts["g"], manager.call_counts["h"]) == (2, 1, 0)
