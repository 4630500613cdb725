"""Every path through the C code, as one function to be run many times; also for valgrind.

`python -m tests.native.paths 5 4` prints the number of memory blocks that a round leaves behind, in the best of four
windows of five rounds.
"""

from __future__ import annotations

__all__ = ["blocks_per_round", "run"]

import dataclasses
import enum
import gc
import sys
import threading
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

from snapy_instrument import FunctionTracer, register_capture, traced, unregister_capture


class Color(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Item:
    sku: str
    qty: int
    more: Any = None


@dataclasses.dataclass
class Slotted:
    __slots__ = ("left", "right")
    left: int
    right: Any


class Plain:
    """An object described by its identity."""

    def __init__(self, size: int = 2) -> None:
        self.size = size

    def method(self, *rest: Any, key: int = 1, **more: Any) -> int:
        return len(rest) + key + len(more)

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return self is other


class Described:
    """Keeps the name of a secret."""

    def __init__(self, name: str = "password") -> None:
        self.name = name

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self.name + "!"

    def __set__(self, instance: Any, value: Any) -> None:
        pass


class Unreferenced:
    """Cannot be weakly referenced."""

    __slots__ = ()


Point = namedtuple("Point", "x y")


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def give(value: Any) -> Any:
    return value


def defaults(a: int, b: int = 2, /, c: int = 3, *rest: int, d: int, e: int = 5, **more: int) -> tuple[Any, ...]:
    return a, b, c, rest, d, e, more


def fails(kind: type[BaseException]) -> None:
    raise kind("given")


def passes_on(kind: type[BaseException]) -> None:
    fails(kind)


def numbers(n: int) -> Iterator[int]:
    yield from range(n)


def talks(kind: type[BaseException] | None = None) -> Generator[int, int, tuple[int, ...]]:
    got = yield 1
    if kind is not None:
        raise kind("given")
    return (got,)


async def waits(n: int) -> int:
    return n and await waits(n - 1)


async def items(n: int) -> AsyncIterator[int]:
    for number in range(n):
        yield await waits(number)


async def collects(stream: Callable[[int], AsyncIterator[int]]) -> int:
    return sum([number async for number in stream(3)])


def closure(a: int) -> Callable[[], int]:
    def inner() -> int:
        return a

    return inner


def login(user: str, password: str) -> str:
    return user


def parse(token: Any) -> Any:
    return token


many_source = "def many({}): return 1".format(", ".join(f"p{i}" for i in range(40)))
exec(many_source)
many: Callable[..., int] = globals()["many"]

RECURSIVE: list[Any] = [1]
RECURSIVE.append(RECURSIVE)


def values() -> list[Any]:
    """Return one of each kind that capture distinguishes."""
    deep: Any = 1
    for _ in range(9):
        deep = [deep]
    return [
        None, True, 1, 1 << 70, 1.5, 2j, "text", "x" * 500, b"data", b"y" * 200,
        [1, "a", None], list(range(80)), (1, 2), ("key", 3), ("password", "hunter2"), (Plain(), 1), {1, 2},
        frozenset({3}), {"a": 1, "b": [1]}, {"password": "hunter2"}, {1: 2, None: 3}, {(1, 2): 3},
        dict.fromkeys(range(80)),
        Item("pen", 2), Item("pen", 2, [Item("mug", 1)]), Slotted(1, 2), Point(1, 2), Color.RED, Plain(), Plain,
        ["x" * 500, list(range(80)), tuple(range(80)), {1, 2}, 1 << 70], [dict.fromkeys(range(80))], {"a": RECURSIVE},
        {"a": "x" * 500, (1, 2): 3}, [dict.fromkeys(map(str, range(80)))], object(), [Unreferenced()],
        ValueError("e"), RECURSIVE, deep, fib, len, object(), Item("pen", 2, RECURSIVE),
    ]  # fmt: skip


def program(
    wrap: Callable[[Any], Any],
) -> Callable[[], None]:
    """Calls of every shape, through ``wrap``."""
    give_, fib_, defaults_, fails_, passes_, numbers_ = map(wrap, (give, fib, defaults, fails, passes_on, numbers))
    closure_, login_, many_, parse_ = map(wrap, (closure, login, many, parse))
    talks_, waits_, items_, collects_ = map(wrap, (talks, waits, items, collects))
    kind = wrap(
        type("Kind", (Plain,), {"__init__": Plain.__init__, "method": Plain.method, "__hash__": Plain.__hash__})
    )

    described = wrap(type("Described", (), dict(vars(Described))))

    def run_all() -> None:
        for value in values():
            give_(value)
            give_(value=value)
        fib_(5)
        defaults_(1, d=4)
        defaults_(1, 2, 3, 4, 5, d=6, e=7, f=8, g=9)
        login_("ann", password="hunter2")
        many_(*range(40))
        for call in (lambda: give_(), lambda: defaults_(1), lambda: give_(1, 2), lambda: give_(wrong=1)):
            _failing(call, TypeError)
        _failing(lambda: fails_(ValueError), ValueError)
        _failing(lambda: passes_(KeyError), KeyError)
        list(numbers_(3))
        next(numbers_(3))
        for token in ("hunter2 hunter2", [1, 2], Plain(), None):
            parse_(token)
        for name in ("password", "token", "size"):
            give_(name)
            defaults_(name, name, 3, "api_key", [4], d=6, f=name, g="x")
            held = described(name)
            type(held).__get__(held, 1), type(held).__set__(held, 1, "x")
        suspended(talks_, waits_, items_, collects_)
        closure_(3)()
        made = kind(3)
        made.method(1, 2, key=3, other=4)
        hash(made)
        thread = threading.Thread(target=give_, args=(1,))
        thread.start()
        thread.join()

    return run_all


def suspended(talks_: Any, waits_: Any, items_: Any, collects_: Any) -> None:
    """Generators and coroutines that are sent to, thrown into, closed, dropped and read to their end."""
    _failing(lambda: drive(talks_(), None, 2), StopIteration)
    _failing(lambda: drive(talks_(), 1), TypeError)
    _failing(lambda: drive(talks_(ValueError), None, 2), ValueError)
    _failing(lambda: drive(waits_(3), None), StopIteration)
    _failing(lambda: drive(collects_(items_), None), StopIteration)
    _failing(lambda: drive(items_(2).__anext__(), None), StopIteration)
    begun = talks_()
    next(begun)
    _failing(lambda: begun.throw(KeyError("thrown")), KeyError)
    _failing(lambda: next(begun), StopIteration)
    begun = talks_()
    next(begun)
    begun.close()
    talks_().close()
    waits_(1).close()


def drive(made: Any, *sent: Any) -> None:
    """Send each of ``sent``."""
    for each in sent:
        made.send(each)


def _failing(call: Callable[[], Any], kind: type[BaseException]) -> None:
    try:
        call()
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was not raised")


def round_of(run_all: Callable[[], None], backend: Any) -> None:
    """Record everything: by one tracer, by two at once, with limits and drained."""
    with FunctionTracer(["tests.native.*"], backend=backend) as tracer:
        run_all()
    assert len(tracer.events) > 100
    tracer.cleanup()
    with FunctionTracer(["tests.native.*"], backend=backend) as outer, FunctionTracer(["tests.*"], backend=backend):
        run_all()
    outer.cleanup()
    with FunctionTracer(["tests.native.*"], backend=backend, detail_level="verbose") as verbose:
        run_all()
    verbose.cleanup()
    with FunctionTracer(["tests.native.*"], backend=backend, max_events=20, scope="context") as limited:
        run_all()
    limited.cleanup()


def run() -> None:
    """Once by proxies, once by frames, once by both, once with nobody listening."""
    by_proxy = program(lambda obj: traced(_copy(obj)))
    by_frame = program(lambda obj: obj)
    round_of(by_proxy, "proxy")
    round_of(by_frame, "auto")
    round_of(by_proxy, "auto")
    by_proxy()
    register_capture(Plain, lambda plain: "plain")
    try:
        round_of(by_proxy, "proxy")
    finally:
        unregister_capture(Plain)


def _copy(obj: Any) -> Any:
    if isinstance(obj, type):
        return type(obj.__name__, (obj,), dict(vars(obj)))
    function = type(obj)(obj.__code__, obj.__globals__, obj.__name__, obj.__defaults__, obj.__closure__)
    function.__kwdefaults__ = obj.__kwdefaults__
    function.__qualname__ = obj.__qualname__
    return function


def blocks_per_round(rounds: int, windows: int = 1) -> float:
    """Memory blocks that stay allocated, a round: the least of some windows, since tables grow at times."""
    for _ in range(4):
        run()
    found = []
    for _ in range(windows):
        gc.collect()
        before = sys.getallocatedblocks()
        for _ in range(rounds):
            run()
        gc.collect()
        found.append((sys.getallocatedblocks() - before) / rounds)
    return min(found)


if __name__ == "__main__":
    print(blocks_per_round(*map(int, sys.argv[1:])))
