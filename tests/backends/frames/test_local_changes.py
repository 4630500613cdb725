"""Which locals a line changed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from types import FrameType
from typing import Any, cast

import pytest

from snapy_instrument import FunctionTracer
from snapy_instrument.backends.frames.local_changes import LocalChanges, inlined_comprehensions
from snapy_instrument.recording.sink import Sink
from tests.conformance.harness import BACKENDS


class Plain:
    """A sink that shows values as they are."""

    def captured(self, call: Any, name: str, value: Any) -> Any:
        """Return a copy of a list, else the value."""
        return list(value) if type(value) is list else value


SINK = cast("Sink", Plain())


def frame() -> FrameType:
    """Return the frame of the caller."""
    return sys._getframe(1)


def test_the_first_line_shows_nothing() -> None:
    """What is there then are the arguments, which the call shows."""
    number = 1
    assert LocalChanges(frame().f_code, True).of(frame(), SINK, None) == {}
    assert number == 1


def test_new_and_changed_names_are_shown() -> None:
    """Others are not."""
    changes = LocalChanges(frame().f_code, True)
    same, number = 1, 1
    changes.of(frame(), SINK, None)
    number = 2
    added = 3
    found = changes.of(frame(), SINK, None)
    assert found == {"number": 2, "added": 3}
    assert (same, number, added) == (1, 2, 3)


def test_a_value_of_another_type_is_a_change() -> None:
    """True equals 1 and is not the same."""
    changes = LocalChanges(frame().f_code, True)
    value: Any = 1
    changes.of(frame(), SINK, None)
    value = True
    found = changes.of(frame(), SINK, None)
    assert found == {"value": value}


def test_where_only_lines_are_wanted_no_value_is_captured() -> None:
    """The line is an event all the same."""
    changes = LocalChanges(frame().f_code, False)
    changes.of(frame(), SINK, None)
    number = 2
    assert (changes.of(frame(), SINK, None), number) == ({}, 2)


async def numbers() -> AsyncIterator[int]:
    """Give two numbers."""
    for number in (1, 2):
        yield number


async def comprehensions(size: int) -> Any:
    """Run comprehensions of each kind, whose variables hide those of the function or not."""
    rows: Any = [
        (first, second)
        for first in range(size)
        if first
        for second in range(2)
    ]  # fmt: skip
    first = 7
    table = {first: second + 0 for first, second in rows}
    grid = [[column + row for column in range(2)] for row in range(2)]
    async_ones = [number async for number in numbers()]
    try:
        rows = [1 / divisor for divisor in (1, 0)]
    except ZeroDivisionError:
        first = 9
    for first in [first + 0 for first in range(2)]:
        rows = [last := first for _ in range(2)]
    return len(table) + len(grid) + len(async_ones) + last


TEXT = """\
  sets rows=[(1, 0), (1, 1), (2, 0), (2, 1)]
  sets first=7
  sets table={1: 1, 2: 1}
  sets grid=[[0, 1], [1, 2]]
  sets async_ones=[1, 2]
  sets first=9
  sets first=0
  sets last=0, rows=[0, 0]
  sets first=1
  sets last=1, rows=[1, 1]
  -> 7"""


@pytest.mark.parametrize("backend", [backend for backend in BACKENDS if backend != "proxy"])
def test_variables_of_comprehensions_are_not_the_functions(backend: Any) -> None:
    """On 3.11 a comprehension has a frame of its own, from 3.12 on none: the text is one."""
    tracer = FunctionTracer([f"{__name__}:comprehensions"], backend=backend, trace_lines=True, detail_level="verbose")
    with tracer:
        asyncio.run(comprehensions(3))
    text = tracer.format_trace()
    assert "\n".join(line for line in text.splitlines() if line.startswith("  ") and "[task" not in line) == TEXT


def test_a_function_without_comprehensions_hides_nothing() -> None:
    """Nothing is looked for at its lines."""
    assert inlined_comprehensions(frame().f_code) == []


def test_what_follows_a_comprehension_is_not_inside() -> None:
    """At the end of a try block, the block's handler is not the comprehension's own."""
    inside = inlined_comprehensions(comprehensions.__code__)
    last_line = max(line for _, _, line in comprehensions.__code__.co_lines() if line is not None)
    offsets = [start for start, _, line in comprehensions.__code__.co_lines() if line == last_line]
    assert offsets
    assert not any(offset in each for each in inside for offset in offsets)
    assert bool(inside) == (sys.version_info >= (3, 12))
