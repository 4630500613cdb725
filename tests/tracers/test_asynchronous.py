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


async def several(number: int) -> int:
    """Sleep that many times, then call a function."""
    for _ in range(number):
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


@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_each_call_in_a_task_group_is_labelled_with_its_task(backend: Any) -> None:
    """Whichever of them ends first; what the code around them calls then has its own label, or none."""
    tracer = AsyncTracer(HERE, backend=backend, detail="verbose")

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            for name, turns in (("short", 1), ("long", 3)):
                group.create_task(tracer.trace_async_function(several, turns), name=name)
        double(100)

    async def main() -> None:
        await asyncio.create_task(tracer.trace_async_function(both), name="around")

    with tracer:
        asyncio.run(main())
        double(200)
    text = tracer.format_trace().replace(f"{__name__}.", "").replace(f"{main.__qualname__[:-4]}", "")
    assert text.split("\n")[1:] == [
        "main()",
        "  [task Task-1]",
        "  both()",
        "    [task around]",
        "    several(number=1)",
        "      [task short]",
        "      double(number=1) -> 2",
        "      -> 2",
        "    several(number=3)",
        "      [task long]",
        "      double(number=3) -> 6",
        "      -> 6",
        "    double(number=100) -> 200",
        "    -> None",
        "  -> None",
        "double(number=200) -> 400",
    ]


@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_a_task_that_ends_leaves_its_label_to_no_other_call(backend: Any) -> None:
    """Tasks that end in the order in which they began."""
    tracer = AsyncTracer(HERE, backend=backend)
    loop = asyncio.new_event_loop()
    with tracer:
        tasks = [
            loop.create_task(tracer.trace_async_function(several, turns), name=f"{turns} turns") for turns in (1, 3)
        ]
        loop.run_until_complete(asyncio.wait(tasks))
        double(200)
    loop.close()
    calls = [event for event in tracer.events if event.event_type == "call" and event.name.endswith("double")]
    assert {event.args["number"]: event.task for event in calls} == {
        1: "1 turns",
        3: "3 turns",
        200: None,
    }


def test_an_exception_of_the_coroutine_reaches_the_caller() -> None:
    """And the tracer is no longer active."""

    async def fails() -> None:
        raise LookupError("nothing")

    tracer = AsyncTracer(HERE)
    with pytest.raises(LookupError, match="nothing"):
        asyncio.run(tracer.trace_async_function(fails))
    assert not tracer.active
