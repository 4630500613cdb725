"""The text of captured values, and what a failure becomes."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.capture import plain_text as plain
from snapy_instrument.values import Cut, Mark, Ref, Struct


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b", "a"}, "{'a', 'b'}"),
        (frozenset({"b", "a"}), "frozenset({'a', 'b'})"),
        (set(), "set()"),
        (frozenset(), "frozenset()"),
        ([{"b", "a"}, ({"c", "d"},), ()], "[{'a', 'b'}, ({'c', 'd'},), ()]"),
        ({1: {"b", "a"}}, "{1: {'a', 'b'}}"),
        (Struct("S", ((None, {"b", "a"}), ("x", 1))), "S({'a', 'b'}, x=1)"),
        (Cut({"b", "a"}, 3, "items", "0a"), "{'a', 'b'}...<+3 items #0a>"),
        (Ref("T", 1), "<T#1>"),
        ("x", "'x'"),
    ],
)
def test_text_of_a_value(value: Any, expected: str) -> None:
    """Like repr, with sets in the order of their texts."""
    assert plain.text_of(value) == expected


def test_a_failure_of_ours_is_a_mark() -> None:
    """An exception from inside the package names its type."""
    with pytest.raises(TypeError) as caught:
        plain.text_of(Struct("S", 3))  # type: ignore[arg-type]
    assert plain.failed(caught.value) == Mark("<capture failed: TypeError>")


def test_an_exception_of_a_signal_handler_is_let_through() -> None:
    """What was raised in a frame of the program is the program's, for example a timeout."""
    with pytest.raises(TimeoutError) as caught:
        raise TimeoutError
    with pytest.raises(TimeoutError):
        plain.failed(caught.value)


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_running_out_is_a_mark_wherever_it_happens(error: type[Exception]) -> None:
    """The last frame of an exhausted stack may be one of the standard library."""
    with pytest.raises(error) as caught:
        raise error
    assert plain.failed(caught.value) == Mark(f"<capture failed: {error.__name__}>")
