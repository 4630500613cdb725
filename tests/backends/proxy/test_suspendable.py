"""A hooked generator, coroutine or async generator function gives the object that Python made."""

from __future__ import annotations

import asyncio
import collections.abc
import gc
import inspect
import types
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced


@traced
def numbers(log: list[str]) -> Any:
    """Yields what it was sent, catches LookupError, logs its end, returns a value."""
    try:
        received = yield 1
        while received is not None:
            try:
                received = yield received
            except LookupError:
                received = yield "caught"
        return "result"
    finally:
        log.append("closed")


@traced
async def fetch(number: int) -> int:
    """Suspends twice."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return number


@traced
async def stream(log: list[str]) -> AsyncIterator[int]:
    """An async generator that suspends between items."""
    try:
        for number in (1, 2):
            await asyncio.sleep(0)
            yield number
    finally:
        log.append("closed")


@pytest.fixture
def tracer() -> Iterator[FunctionTracer]:
    """An active tracer of proxies alone."""
    with FunctionTracer([__name__], backend="proxy") as active:
        yield active


def results(tracer: FunctionTracer) -> list[tuple[str, Any]]:
    """Name and result of each call that returned."""
    return [(e.function_name, e.return_value) for e in tracer.events if e.event_type == "return" and e.finished]


def test_a_generator_is_the_generator(tracer: FunctionTracer) -> None:
    """It is of the generator type, and of no other; inspect and the gi_ attributes see it."""
    made = numbers([])
    assert type(made) is types.GeneratorType
    assert inspect.isgenerator(made)
    assert isinstance(made, types.GeneratorType)
    assert isinstance(made, collections.abc.Generator)
    assert made.gi_code.co_name == made.__name__ == "numbers"
    assert inspect.getgeneratorstate(made) == inspect.GEN_CREATED
    next(made)
    assert made.gi_frame is not None
    assert made.gi_frame.f_code is made.gi_code
    assert inspect.getgeneratorstate(made) == inspect.GEN_SUSPENDED


def test_each_has_the_text_that_python_gives_it(tracer: FunctionTracer) -> None:
    """The repr of a generator, a coroutine and an async generator is Python's."""
    generator, coroutine, items = numbers([]), fetch(1), stream([])
    shown = [f"{each!r}".partition(" at ")[0] for each in (generator, coroutine, items)]
    coroutine.close()
    assert shown == [
        "<generator object numbers",
        "<coroutine object fetch",
        "<async_generator object stream",
    ]


def test_a_generator_forwards_send_throw_close_and_its_result(tracer: FunctionTracer) -> None:
    """send, throw, close and the value of StopIteration are the generator's own; its call has that result."""
    made = numbers([])
    assert (next(made), made.send("a"), made.throw(LookupError), made.send("b")) == (1, "a", "caught", "b")
    with pytest.raises(StopIteration) as stop:
        made.send(None)
    assert stop.value.value == "result"
    assert results(tracer) == [("numbers", "result")]


def test_yield_from_drives_it(tracer: FunctionTracer) -> None:
    """``yield from`` forwards and gets the returned value."""

    def outer() -> Any:
        return (yield from numbers([]))

    made = outer()
    assert (next(made), made.send("a")) == (1, "a")
    with pytest.raises(StopIteration) as stop:
        made.send(None)
    assert stop.value.value == "result"


def test_a_dropped_generator_closes_at_once(tracer: FunctionTracer) -> None:
    """Its finally block runs when the last reference goes, and its call is recorded as unfinished."""
    log: list[str] = []
    made = numbers(log)
    next(made)
    del made
    assert log == ["closed"]
    assert [e.finished for e in tracer.events if e.event_type == "return"] == [False]


def test_a_generator_never_started_is_no_call(tracer: FunctionTracer) -> None:
    """Its body never ran, so nothing is recorded, and nothing of it runs later."""
    log: list[str] = []
    made = numbers(log)
    made.close()
    del made
    assert (log, tracer.events) == ([], [])


def test_a_generator_in_a_cycle_is_collected(tracer: FunctionTracer) -> None:
    """Recording does not keep a cycle alive."""
    log: list[str] = []
    cycle: list[Any] = [numbers(log)]
    next(cycle[0])
    cycle.append(cycle)
    del cycle
    gc.collect()
    assert log == ["closed"]


def test_a_generator_left_when_the_tracer_ends_goes_on(tracer: FunctionTracer) -> None:
    """After the block the program can use it to its end."""
    made = numbers([])
    next(made)
    tracer.__exit__(None, None, None)
    assert made.send("a") == "a"
    assert [e.finished for e in tracer.events if e.event_type == "return"] == [False]


def test_a_coroutine_is_the_coroutine(tracer: FunctionTracer) -> None:
    """inspect, asyncio and the cr_ attributes see the coroutine; it is no iterator."""
    made = fetch(1)
    assert type(made) is types.CoroutineType
    assert inspect.iscoroutine(made)
    assert asyncio.iscoroutine(made)
    assert inspect.isawaitable(made)
    assert isinstance(made, collections.abc.Coroutine)
    assert made.cr_code.co_name == "fetch"
    assert inspect.getcoroutinestate(made) == inspect.CORO_CREATED
    with pytest.raises(TypeError):
        iter(made)  # type: ignore[call-overload]
    made.close()


def test_a_coroutine_is_one_call_with_one_result(tracer: FunctionTracer) -> None:
    """Awaited, run as a task, waited for with a timeout or gathered: one call and its result."""

    async def main() -> list[Any]:
        return [
            await fetch(1),
            await asyncio.create_task(fetch(2)),
            await asyncio.wait_for(fetch(3), 10),
            *await asyncio.gather(fetch(4), fetch(5)),
        ]

    assert asyncio.run(main()) == [1, 2, 3, 4, 5]
    assert results(tracer) == [("fetch", number) for number in (1, 2, 3, 4, 5)]


def test_a_coroutine_never_awaited_still_warns(tracer: FunctionTracer) -> None:
    """Exactly the warning Python gives, once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fetch(1)  # type: ignore[unused-coroutine]
        gc.collect()
    assert [str(each.message) for each in caught] == ["coroutine 'fetch' was never awaited"]


def test_awaiting_twice_is_python_s_error(tracer: FunctionTracer) -> None:
    """The second await raises what it raises without us."""

    async def main() -> None:
        made = fetch(1)
        await made
        with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
            await made

    asyncio.run(main())


def test_a_cancelled_coroutine_fails_with_cancelled_error(tracer: FunctionTracer) -> None:
    """Cancellation passes through and the call is left by CancelledError."""

    async def main() -> None:
        task = asyncio.create_task(fetch(1))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert [e.exception for e in tracer.events if e.event_type == "return"] == [("CancelledError", "")]


def test_an_async_generator_is_one_call(tracer: FunctionTracer) -> None:
    """``async for`` gets every item; the call returns when it is exhausted."""
    log: list[str] = []

    async def main() -> list[Any]:
        made: Any = stream(log)
        assert type(made) is types.AsyncGeneratorType
        return [number async for number in made]

    assert asyncio.run(main()) == [1, 2]
    assert (log, results(tracer)) == (["closed"], [("stream", None)])


def test_an_async_generator_forwards_asend_athrow_aclose(tracer: FunctionTracer) -> None:
    """Each of them reaches the generator, and aclose ends the call."""
    log: list[str] = []

    async def main() -> None:
        made: Any = stream(log)
        assert await made.asend(None) == 1
        with pytest.raises(LookupError):
            await made.athrow(LookupError("in"))
        made = stream(log)
        assert await anext(made) == 1
        await made.aclose()

    asyncio.run(main())
    assert log == ["closed", "closed"]
    returns = [(e.exception and e.exception.type_name, e.finished) for e in tracer.events if e.event_type == "return"]
    assert returns == [("LookupError", True), (None, False)]


def test_an_async_generator_left_half_way_is_closed_by_the_loop(tracer: FunctionTracer) -> None:
    """The event loop's hook closes it, as without us."""
    log: list[str] = []

    async def main() -> None:
        async for _ in stream(log):
            break
        gc.collect()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert log == ["closed"]


def test_values_between_steps_are_recorded_when_verbose() -> None:
    """At verbose level a generator that yields or goes on is an event of its call; what was sent in is not seen."""
    with FunctionTracer([__name__], backend="proxy", detail_level="verbose") as tracer:
        made = numbers([])
        next(made)
        made.send("a")
        made.close()
    kinds = [(str(event.event_type), event.return_value) for event in tracer.events]
    assert kinds == [("call", None), ("yield", 1), ("resume", None), ("yield", "a"), ("resume", None), ("return", None)]


def test_as_an_argument_it_is_described_by_its_function() -> None:
    """Given to another traced call, a generator is shown by its kind and name."""

    @traced
    def take(source: Any) -> int:
        return len(list(source))

    with FunctionTracer([__name__], backend="proxy") as tracer:
        take(iter(numbers([])))
    call = next(event for event in tracer.events if event.function_name == "take")
    assert repr(call.args["source"]) == f"<generator {__name__}.numbers>"
