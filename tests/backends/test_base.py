"""What every frame backend decides in the same way: which code it wants, and what frames give."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import CodeType
from typing import Any

import pytest

from snapy_instrument.backends.base import argument_picker, gives_values, handed_out, stopped, wanted_code
from snapy_instrument.recording.recorder import AWAITING
from snapy_instrument.recording.sites import Site
from snapy_instrument.values import UNSET


def plain(left: int, right: int = 2) -> int:
    """A function with two parameters."""
    return left + right


def one(only: int) -> int:
    """A function with one parameter."""
    return only


def generator() -> Iterator[int]:
    """A generator function."""
    yield 1


async def coroutine() -> None:
    """A coroutine function."""


async def stream() -> AsyncIterator[int]:
    """An async generator function."""
    yield 1


def code_of(function: Any) -> CodeType:
    """Return its code object."""
    code: CodeType = function.__code__
    return code


def test_functions_are_wanted_and_comprehensions_are_not() -> None:
    """Lambdas are; what Python inlines from 3.12 on is not, so the trace is the same on every Python."""
    (lambda_code,) = [each for each in compile("f = lambda: 1", "x.py", "exec").co_consts if type(each) is CodeType]
    module = compile("x = 1", "x.py", "exec")
    assert [wanted_code(each) for each in (code_of(plain), lambda_code, module)] == [True, True, False]


def test_methods_that_attrs_writes_are_not_wanted() -> None:
    """Which there are depends on its version."""
    (code,) = [
        each
        for each in compile("def f(): pass", "<attrs generated init x>", "exec").co_consts
        if type(each) is CodeType
    ]
    assert not wanted_code(code)


@pytest.mark.parametrize(("function", "gives"), [(generator, True), (coroutine, False), (plain, False)])
def test_what_a_generator_yields_is_a_value(function: Any, gives: bool) -> None:
    """What a coroutine yields is a wish to wait."""
    assert gives_values(code_of(function)) is gives


def test_a_wish_to_wait_is_no_value() -> None:
    """The event of a yield shows nothing of it."""
    assert handed_out(True, 5) == 5
    assert handed_out(False, 5) is AWAITING


@pytest.mark.parametrize(
    ("function", "exception", "text"),
    [
        (generator, StopIteration, "generator raised StopIteration"),
        (coroutine, StopIteration, "coroutine raised StopIteration"),
        (stream, StopAsyncIteration, "async generator raised StopAsyncIteration"),
        (generator, StopAsyncIteration, None),
        (plain, StopIteration, None),
    ],
)
def test_what_python_makes_of_a_stop_iteration(function: Any, exception: type, text: str | None) -> None:
    """A RuntimeError, where it leaves a generator: its frame has no event for that."""
    found = stopped(Site(code_of(function), "shop"), exception)
    assert (None if found is None else str(found)) == text


@pytest.mark.parametrize(
    ("function", "values", "picked"),
    [
        (plain, {"right": 2, "left": 1, "more": 3}, (1, 2)),
        (one, {"only": 1}, (1,)),
        (generator, {"other": 1}, ()),
        (plain, {"right": 2}, [UNSET, 2]),
    ],
)
def test_arguments_are_picked_out_of_the_locals(function: Any, values: dict[str, int], picked: Any) -> None:
    """In the order of the signature; one that the function has deleted is marked."""
    assert argument_picker(Site(code_of(function), "shop"))(values) == picked
