"""asyncio through anyio, and trio: the same tree as the program, balanced, with the right parents."""

from __future__ import annotations

import sys
from typing import Any

import anyio
import pytest
import trio

from snapy_instrument import FunctionTracer, TraceValidator, install_hook
from tests.conftest import Application

BACKENDS: list[Any] = ["proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
SOURCE = """
    import anyio
    import trio
    from contextlib import asynccontextmanager

    async def leaf(number):
        await anyio.sleep(0.002 * (3 - number))
        return number

    @asynccontextmanager
    async def opened():
        await anyio.sleep(0)
        yield 1

    async def group():
        async with opened():
            async with anyio.create_task_group() as tasks:
                for number in range(3):
                    tasks.start_soon(leaf, number)

    async def nursery():
        async with trio.open_nursery() as tasks:
            for number in range(3):
                tasks.start_soon(leaf, number)

    async def slow():
        await anyio.sleep(100)

    async def late():
        with anyio.move_on_after(0.001):
            await slow()
        return "moved on"

    def blocking(number):
        return number

    async def threads():
        return await anyio.to_thread.run_sync(blocking, 5)
"""
LEAVES = [f"  app.leaf(number={number}) -> {number}" for number in range(3)]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend of this Python."""
    name: str = request.param
    return name


def trace_of(application: Application, backend: Any, name: str, loop: str) -> str:
    """The text of one coroutine function run by one event loop."""
    application.write(app=SOURCE)
    with install_hook(["app"]):
        app = application.load("app")
        with FunctionTracer(["app"], backend=backend) as tracer:
            if loop == "trio":
                trio.run(getattr(app, name))
            else:
                anyio.run(getattr(app, name), backend="asyncio")
    assert TraceValidator().problems(tracer.events) == []
    return tracer.format_trace()


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_children_of_a_task_group_stand_under_it(application: Application, backend: Any, loop: str) -> None:
    """Tasks stand under the call that started them, in the order of the starts, though they end the other way."""
    lines = trace_of(application, backend, "group", loop).splitlines()
    assert [lines[1], lines[2].partition("(")[0], *lines[3:]] == ["app.group()", "  app.opened", *LEAVES]


def test_children_of_a_nursery_stand_under_it(application: Application, backend: Any) -> None:
    """trio's own nursery: every task is a child of the call that opened it, in the order of the starts."""
    lines = trace_of(application, backend, "nursery", "trio").splitlines()
    assert lines[1:] == ["app.nursery()", *LEAVES]


@pytest.mark.parametrize(("loop", "error"), [("asyncio", "CancelledError"), ("trio", "Cancelled")])
def test_a_cancelled_call_fails_with_the_loop_s_error(
    application: Application, backend: Any, loop: str, error: str
) -> None:
    """A call that a deadline cancels is left by the loop's exception, and its caller goes on."""
    text = trace_of(application, backend, "late", loop)
    assert f"raises {error}(" in text
    assert text.splitlines()[-1] == "  -> 'moved on'"


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_call_in_a_worker_thread_stands_under_its_task(application: Application, backend: Any, loop: str) -> None:
    """to_thread: the blocking function is a child of the coroutine that awaits it."""
    lines = trace_of(application, backend, "threads", loop).splitlines()
    assert lines[1:] == ["app.threads()", "  app.blocking(number=5) -> 5", "  -> 5"]
