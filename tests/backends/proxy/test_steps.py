"""The frame that a step of a generator or coroutine adds is passed over wherever Python lets it be."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
import types
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from typing import Any

import pytest

from snapy_instrument import IMPLEMENTATION, FunctionTracer, traced


@pytest.fixture(autouse=True)
def tracer() -> Iterator[FunctionTracer]:
    """An active tracer of proxies alone."""
    with FunctionTracer([__name__], backend="proxy") as active:
        yield active


def _names(error: BaseException) -> list[str]:
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def _steps(work: Callable[[], Any]) -> tuple[Any, Any, Any]:
    """Generator, coroutine and async generator functions whose first step does ``work()``; not traced."""

    def generator() -> Generator[Any, Any, Any]:
        work()
        yield

    async def coroutine() -> None:
        work()

    async def stream() -> AsyncIterator[None]:
        work()
        yield

    return generator, coroutine, stream


def _drive(made: Any) -> None:
    """Run the first step of ``made``, by ``next`` where there is one."""
    if hasattr(made, "__anext__"):
        made = made.__anext__()
    try:
        if hasattr(made, "__next__"):
            next(made)
        else:
            made.send(None)
    except StopIteration:
        pass


WAYS = ["generator", "coroutine", "async generator"]


@pytest.fixture(params=range(3), ids=WAYS)
def both(
    request: pytest.FixtureRequest,
) -> Callable[[Callable[[], Any]], tuple[Callable[[], None], Callable[[], None]]]:
    """Gives for ``work`` two functions that drive a step which does it: untraced and traced."""

    def make(work: Callable[[], Any]) -> tuple[Callable[[], None], Callable[[], None]]:
        plain = _steps(work)[request.param]
        proxied = traced(_steps(work)[request.param])
        return lambda: _drive(plain()), lambda: _drive(proxied())

    return make


def test_a_traceback_has_no_frame_of_ours(both: Any) -> None:
    """An exception out of a step shows the frames it shows without us."""

    def work() -> None:
        raise LookupError("in")

    tracebacks = []
    for drive in both(work):
        with pytest.raises(LookupError) as caught:
            drive()
        tracebacks.append(_names(caught.value)[1:])
    assert tracebacks[0] == tracebacks[1]
    assert tracebacks[0][-1] == "work"


def test_stacklevel_counts_as_without_us(both: Any) -> None:
    """A warning given with a stacklevel beyond the step is at the same place."""
    places = []
    for drive in both(lambda: warnings.warn("look", stacklevel=3)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            drive()
        places += [(each.filename, each.lineno) for each in caught]
    assert places[0] == places[1]
    assert places[0][0] == __file__


def test_logging_finds_the_caller_beyond_the_step(both: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A log record made with a stacklevel beyond the step names the same function."""
    for drive in both(lambda: logging.getLogger("shop").error("look", stacklevel=3)):
        drive()
    first, second = [(each.funcName, each.lineno) for each in caplog.records]
    assert first == second
    assert first[0] == "_drive"


def test_the_frame_of_a_step_is_below_the_function_s_module(both: Any) -> None:
    """Who walks up past the frames of one package passes the step, too: at most one frame, not of its module."""
    modules: list[list[str]] = []

    def look() -> None:
        frame, seen = sys._getframe(1), list[str]()
        while frame.f_code.co_name != "_drive":
            seen.append(frame.f_globals["__name__"])
            assert frame.f_back is not None
            frame = frame.f_back
        modules.append(seen)

    for drive in both(look):
        drive()
    ours = [] if IMPLEMENTATION == "native" else [f"{__name__}.<snapy_instrument>"]
    assert modules[1] == [*modules[0], *ours]


@traced
def catches() -> Generator[int, Any, str]:
    """Yields again whatever is thrown in."""
    try:
        yield 1
    except GeneratorExit:
        yield 2
    return "done"


@traced
def numbers() -> Generator[int, Any, None]:
    """Yields one number."""
    yield 1


@traced
async def waits() -> None:
    """Waits for ever."""
    await _forever()


@types.coroutine
def _forever() -> Generator[None, Any, None]:
    while True:
        yield


@traced
async def stream() -> AsyncIterator[int]:
    """Yields once, and again on its way out."""
    try:
        yield 1
    except GeneratorExit:
        yield 2


def test_a_thrown_exception_keeps_its_own_frames_only() -> None:
    """Thrown in and not caught it has the frames of the thrower and of the generator."""
    made = numbers()
    next(made)
    with pytest.raises(LookupError) as caught:
        made.throw(LookupError("in"))
    assert _names(caught.value) == ["test_a_thrown_exception_keeps_its_own_frames_only", "numbers"]


def test_a_cancelled_coroutine_shows_no_frame_of_ours() -> None:
    """Thrown into a coroutine that is awaited, an exception has the frames of the coroutines."""

    async def outer() -> None:
        await waits()

    made: Coroutine[Any, Any, None] = outer()
    made.send(None)
    with pytest.raises(asyncio.CancelledError) as caught:
        made.throw(asyncio.CancelledError())
    assert _names(caught.value)[1:] == ["outer", "waits", "_forever"]


def test_the_error_of_an_ignored_exit_is_raised_in_no_frame_of_ours() -> None:
    """close() of a generator that yields again raises Python's own error, at the line that closed it."""
    made = catches()
    next(made)
    with pytest.raises(RuntimeError, match="generator ignored GeneratorExit") as caught:
        made.close()
    assert _names(caught.value) == ["test_the_error_of_an_ignored_exit_is_raised_in_no_frame_of_ours"]


def test_the_error_of_an_ignored_async_exit_is_raised_in_no_frame_of_ours() -> None:
    """aclose() of an async generator that yields again raises Python's own error, at the line that closed it."""
    errors: list[RuntimeError] = []

    async def main() -> None:
        made: Any = stream()
        assert await anext(made) == 1
        with pytest.raises(RuntimeError, match="async generator ignored GeneratorExit") as caught:
            await made.aclose()
        errors.append(caught.value)

    asyncio.run(main())
    assert _names(errors[0]) == ["main"]
    assert errors[0].__suppress_context__ or errors[0].__context__ is None


def test_the_end_of_a_generator_has_no_frame_of_ours() -> None:
    """StopIteration has the frame that asked for the next item alone."""
    made = numbers()
    next(made)
    with pytest.raises(StopIteration) as caught:
        next(made)
    assert _names(caught.value) == ["test_the_end_of_a_generator_has_no_frame_of_ours"]
