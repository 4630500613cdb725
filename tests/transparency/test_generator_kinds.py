"""What a hooked generator, coroutine or async generator function gives takes part in everything as Python's own object.

Each kind of use runs plain and traced, in one process: the outcome is the same, with proxies alone, with a frame
backend beside them, and with the hook alone.
"""

from __future__ import annotations

import asyncio
import collections
import copy
import gc
import inspect
import itertools
import pickle
import sys
import types
import typing
import warnings
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced


def numbers() -> Iterator[int]:
    """Gives three numbers."""
    yield from (2, 3, 5)


def pairs() -> Iterator[tuple[int, int]]:
    """Gives two pairs."""
    yield from ((1, 2), (3, 4))


async def wait() -> int:
    """Waits once."""
    await pause()
    return 7


async def outer() -> int:
    """Waits for `wait`."""
    return await wait_of()


async def stream() -> AsyncIterator[int]:
    """Gives two items."""
    yield 1
    yield 2


@types.coroutine
def pause() -> Generator[None, Any, None]:
    """Suspends whoever awaits it."""
    yield


def _answer(name: str) -> Callable[[Any, Any], Any]:
    return lambda self, left: [name, type(left).__name__, *left]


class Right:
    """Answers every operator from the right side."""


for _name in "or xor and add sub mul matmul truediv floordiv mod pow lshift rshift divmod".split():
    setattr(Right, f"__r{_name}__", _answer(_name))


@typing.runtime_checkable
class Sized(typing.Protocol):
    """A protocol of the program's own."""

    def __len__(self) -> int:
        """Has a length."""


def _added(target: Any, made: Any) -> Any:
    target += made
    return list(target)


def _chain(made: Any) -> list[str]:
    made.send(None)
    found = []
    while made is not None:
        found.append(getattr(made, "__qualname__", type(made).__name__))
        made = getattr(made, "cr_await", None) or getattr(made, "gi_yieldfrom", None)
    return found[:2]  # Python 3.11 sees the third only in code that has not run often


def _first_iterated(made: Any) -> bool:
    seen: list[Any] = []
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=seen.append)
    try:
        made.__anext__().close()
    finally:
        sys.set_asyncgen_hooks(*before)
    return seen[0] is made


def _dies(make: Callable[[], Any]) -> list[bool]:
    made = make()
    reference = weakref.ref(made)
    alive = [reference() is made]
    if inspect.isgenerator(made):
        next(made)
    del made
    return [*alive, reference() is None]


def _warned(made: Callable[[], Any]) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made()
        gc.collect()
    return [str(each.message) for each in caught]


def _closed_later(made: Any) -> list[Any]:
    async def main() -> list[Any]:
        return [await anext(made), await made.aclose(), [item async for item in made]]

    return asyncio.run(main())


def _operate(use: Callable[[Any, Any], Any], right: Any, left: Any) -> Any:
    return use(left, right)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "@": lambda a, b: a @ b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
    "divmod": divmod,
}
GENERATOR: dict[str, Callable[[Any], Any]] = {
    **{f"reflected {name}": partial(_operate, use, Right()) for name, use in OPERATORS.items()},
    **{f"{name} a number": partial(_operate, use, 1) for name, use in OPERATORS.items()},
    "list +=": lambda made: _added([1], made),
    "deque +=": lambda made: _added(collections.deque([1]), made),
    "list +": lambda made: [1] + made,  # noqa: RUF005 - what is tried
    "UserList": lambda made: made + collections.UserList([1]),
    "in": lambda made: 3 in made,
    "not in": lambda made: 4 not in made,
    "- keys": lambda made: sorted(made - {2: 0}.keys()),
    "bytes": bytes,
    "from_bytes": lambda made: int.from_bytes(made, "big"),
    "tee": lambda made: [list(each) for each in itertools.tee(made)],
    "text %": lambda made: "no place for it" % made,  # noqa: UP031, F507 - what is tried
    "int": int,
    "len": len,
    "item": lambda made: made[0],
    "bool": bool,
    "with": lambda made: made.__enter__(),
    "unpack": lambda made: [*made],
    "type": lambda made: type(made) is types.GeneratorType,
    "state": lambda made: [inspect.getgeneratorstate(made), next(made), inspect.getgeneratorstate(made)],
    "isgenerator": inspect.isgenerator,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": pickle.dumps,
    "SupportsInt": lambda made: isinstance(made, typing.SupportsInt),
    "own protocol": lambda made: isinstance(made, Sized),
    "names": lambda made: (made.__name__, made.__qualname__, made.gi_code.co_name, made.gi_running),
    "set name": lambda made: setattr(made, "extra", 1),
    "early send": lambda made: made.send(1),
    "throw": lambda made: made.throw(KeyError("x")),
    "close": lambda made: [next(made), made.close(), list(made)],
    "identity": lambda made: iter(made) is made,
    "ordering": lambda made: made < 1,
}
COROUTINE: dict[str, Callable[[Any], Any]] = {
    "chain": _chain,
    "type": lambda made: (type(made) is types.CoroutineType, made.close()),
    "iscoroutine": lambda made: (inspect.iscoroutine(made), inspect.isawaitable(made), made.close()),
    "run": asyncio.run,
    "iter": lambda made: (made.close(), iter(made)),
    "next": lambda made: (made.close(), next(made)),
    "add": lambda made: (made.close(), made + 1),
    "reflected": lambda made: (made.close(), made | 1),
    "pickle": lambda made: (made.close(), pickle.dumps(made)),
    "state": lambda made: (inspect.getcoroutinestate(made), made.close(), inspect.getcoroutinestate(made)),
    "reuse": lambda made: (asyncio.run(made), asyncio.run(made)),
}
STREAM: dict[str, Callable[[Any], Any]] = {
    "first iteration": _first_iterated,
    "type": lambda made: type(made) is types.AsyncGeneratorType,
    "names": lambda made: (made.__name__, made.ag_code.co_name, made.ag_running, made.ag_await),
    "closed": _closed_later,
    "iter": iter,
    "reflected": lambda made: made | 1,
    "pickle": pickle.dumps,
    "identity": lambda made: made.__aiter__() is made,
}
WARNINGS: dict[str, Callable[[Any, Any], Any]] = {
    "coroutine": lambda coroutine, source: coroutine() and None,
    "aclose": lambda coroutine, source: source().aclose() and None,
    "anext": lambda coroutine, source: anext(source()) and None,
}

hooked_numbers, hooked_wait, hooked_outer, hooked_stream = map(traced, (numbers, wait, outer, stream))
wait_of = wait


def outcome(use: Callable[[], Any]) -> tuple[str, str]:
    """Return how a use ends: the repr of its value, or the exception's type and text."""
    try:
        return "value", repr(use()).partition(" at 0x")[0]
    except BaseException as error:
        return type(error).__name__, str(error)


@pytest.fixture(params=["proxy", "auto", "idle"])
def tracing(request: pytest.FixtureRequest) -> Any:
    """A tracer of proxies alone, one with a frame backend, or none."""
    return nullcontext() if request.param == "idle" else FunctionTracer([__name__], backend=request.param)


@pytest.mark.parametrize("use", GENERATOR)
def test_a_generator(use: str, tracing: Any) -> None:
    """A use of a generator ends as without us."""
    plain = outcome(lambda: GENERATOR[use](numbers()))
    with tracing:
        assert outcome(lambda: GENERATOR[use](hooked_numbers())) == plain


@pytest.mark.parametrize("use", COROUTINE)
def test_a_coroutine(use: str, tracing: Any) -> None:
    """A use of a coroutine ends as without us; what it awaits is a coroutine, too."""
    plain = outcome(lambda: COROUTINE[use](outer()))
    with tracing:
        assert outcome(lambda: COROUTINE[use](hooked_outer())) == plain


@pytest.mark.parametrize("use", STREAM)
def test_an_async_generator(use: str, tracing: Any) -> None:
    """A use of an async generator ends as without us."""
    plain = outcome(lambda: STREAM[use](stream()))
    with tracing:
        assert outcome(lambda: STREAM[use](hooked_stream())) == plain


@pytest.mark.parametrize("kind", [0, 1], ids=["generator", "async generator"])
def test_it_dies_with_its_last_reference(kind: int, tracing: Any) -> None:
    """Recording holds neither one that was never started nor one that is suspended; a weak reference finds it."""
    with tracing:
        assert _dies((hooked_numbers, hooked_stream)[kind]) == _dies((numbers, stream)[kind]) == [True, True]


@pytest.mark.parametrize("use", WARNINGS)
def test_what_is_never_awaited_is_warned_of_under_its_own_name(use: str, tracing: Any) -> None:
    """The warnings are those that Python gives without us."""
    plain = _warned(lambda: WARNINGS[use](wait, stream))
    with tracing:
        assert _warned(lambda: WARNINGS[use](hooked_wait, hooked_stream)) == plain


def test_debug_mode_shows_where_a_coroutine_was_made(tracing: Any) -> None:
    """The origin of a coroutine is the program's, with no frame of ours."""
    before = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(2)
    try:
        with tracing:
            made: tuple[Any, Any] = (wait(), hooked_wait())
        origins = [[origin[2] for origin in each.cr_origin or ()] for each in made]
        assert origins[0] == origins[1]
        for each in made:
            each.close()
    finally:
        sys.set_coroutine_origin_tracking_depth(before)
