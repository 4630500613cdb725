"""A proxy passes for nothing but a function, and what a hooked generator function gives is the generator."""

from __future__ import annotations

import asyncio
import collections.abc
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument._twins import pure_twin
from snapy_instrument.backends.proxy.proxy import CallProxy, is_proxy
from snapy_instrument.recording.sites import site_of_function

PURE_CALL_PROXY = pure_twin(CallProxy)

_ABSTRACT: list[type] = [
    # The one left out is deprecated.
    *(getattr(collections.abc, name) for name in collections.abc.__all__ if name != "ByteString"),
    contextlib.AbstractContextManager,
    contextlib.AbstractAsyncContextManager,
]
_SPECIAL = sorted(
    {
        *dir(int),
        *dir(list),
        *dir(dict),
        "__enter__",
        "__exit__",
        "__aenter__",
        "__aexit__",
        "__await__",
        "__aiter__",
    }
    | {"__anext__", "__next__", "__complex__", "__fspath__"}
)
_USES: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "iter": iter,
    "next": next,
    "int": int,
    "float": float,
    "add": lambda obj: obj + 1,
    "radd": lambda obj: 1 + obj,
    "item": lambda obj: obj[0],
    "contains": lambda obj: 0 in obj,
    "union": lambda obj: obj | None,
    "isinstance": lambda obj: isinstance(1, obj),
    "reversed": reversed,
    "unpack": lambda obj: [*obj],
    "with": lambda obj: contextlib.ExitStack().enter_context(obj),
}


def count(*values: object) -> int:
    """How many."""
    return len(values)


async def wait() -> None:
    """A coroutine."""


def numbers() -> Iterator[int]:
    """A generator."""
    yield 1


async def stream() -> AsyncIterator[int]:
    """An async generator."""
    yield 1


def made(function: Callable[[], Any]) -> Iterator[tuple[Any, Any]]:
    """What ``function`` makes, behind a proxy that records, and plain."""
    with FunctionTracer([__name__], backend="proxy"):
        ours, theirs = traced(function)(), function()
    yield ours, theirs
    for each in (ours, theirs):
        if hasattr(each, "close"):
            each.close()


@pytest.fixture(params=["proxy", "pure", "suspending", "coroutine", "generator", "async generator"])
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Any]]:
    """A proxy or what it makes, and the plain thing."""
    if request.param == "proxy":
        yield traced(count), count
    elif request.param == "pure":
        yield PURE_CALL_PROXY(count, site_of_function(count)), count  # type: ignore[arg-type]
    elif request.param == "suspending":
        yield traced(numbers), numbers
    else:
        yield from made({"coroutine": wait, "generator": numbers, "async generator": stream}[request.param])


def test_it_is_an_instance_of_the_same_abstract_classes(pair: tuple[Any, Any]) -> None:
    """Neither it nor its type passes for a context manager, a container, or what else the thing is not."""
    ours, theirs = pair
    assert [each for each in _ABSTRACT if isinstance(ours, each)] == [
        each for each in _ABSTRACT if isinstance(theirs, each)
    ]
    assert [each for each in _ABSTRACT if issubclass(type(ours), each)] == [
        each for each in _ABSTRACT if issubclass(type(theirs), each)
    ]


def test_it_has_the_same_special_methods(pair: tuple[Any, Any]) -> None:
    """It has those that the thing has, and its type those that the thing's type has."""
    ours, theirs = pair
    assert [name for name in _SPECIAL if hasattr(ours, name)] == [name for name in _SPECIAL if hasattr(theirs, name)]
    assert [name for name in _SPECIAL if hasattr(type(ours), name)] == [
        name for name in _SPECIAL if hasattr(type(theirs), name)
    ]


@pytest.mark.parametrize("use", ["proxy", "pure"])
def test_what_a_function_cannot_do_is_a_type_error(use: str) -> None:
    """Each wrong use of a proxy ends as the same use of the function does."""
    ours: Any = traced(count) if use == "proxy" else PURE_CALL_PROXY(count, site_of_function(count))  # type: ignore[arg-type]
    for each in _USES.values():
        for target in (ours, count):
            with pytest.raises(TypeError):
                each(target)
    assert bool(ours)


def test_an_exit_stack_takes_it_as_a_function() -> None:
    """``ExitStack.push`` asks the type for ``__exit__`` and calls a function without it."""
    called: list[tuple[object, ...]] = []

    @traced
    def leave(*details: object) -> None:
        called.append(details)

    with contextlib.ExitStack() as stack:
        stack.push(leave)
    assert called == [(None, None, None)]


def test_an_async_exit_stack_takes_it_as_a_function() -> None:
    """As with ``ExitStack``."""
    called: list[tuple[object, ...]] = []

    @traced
    async def leave(*details: object) -> None:
        called.append(details)

    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_exit(leave)

    asyncio.run(main())
    assert called == [(None, None, None)]


def test_it_is_still_known_as_a_proxy() -> None:
    """The interpreter knows the true order of its class."""
    assert is_proxy(traced(count))
    assert issubclass(type(traced(numbers)), CallProxy)
