"""`AsyncTracer`: which calls each task made."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from snapy_instrument import AsyncTracer

FRAME_BACKENDS: list[Any] = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
HERE = [__name__]


def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


async def work(number: int) -> int:
    """Sleep once, then call a function."""
    await asyncio.sleep(0)
    return double(number)


@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_a_task_is_listed_with_its_calls(backend: Any) -> None:
    """`trace_async_function` returns the result; the task has the coroutine function's name and the calls in order."""
    tracer = AsyncTracer(HERE, backend=backend)
    assert asyncio.run(tracer.trace_async_function(work, 4)) == 8
    ((task, function),) = tracer.async_tasks.items()
    assert function == "work"
    assert [name.rpartition(".")[2] for name in tracer.task_call_stacks[task]] == ["work", "double"]


@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_tasks_that_run_at_once_have_their_own_calls(backend: Any) -> None:
    """Each under its name, though their steps alternate; the tracer is entered before the tasks start."""
    tracer = AsyncTracer(HERE, backend=backend)

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            for number, name in ((1, "one"), (2, "two")):
                group.create_task(tracer.trace_async_function(work, number), name=name)

    with tracer:
        asyncio.run(main())
    assert sorted(tracer.async_tasks) == ["one", "two"]
    assert {name: len(calls) for name, calls in tracer.task_call_stacks.items()} == {"one": 2, "two": 2}


def test_an_exception_of_the_coroutine_reaches_the_caller() -> None:
    """And the tracer is no longer active."""

    async def fails() -> None:
        raise LookupError("nothing")

    tracer = AsyncTracer(HERE)
    with pytest.raises(LookupError, match="nothing"):
        asyncio.run(tracer.trace_async_function(fails))
    assert not tracer.active
