"""Small programs that write down when their objects die. Each takes the list it writes into.

What is logged is the order of things: a `Thing` logs its own death, the program what it does before and after.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

Log = list[str]


class Thing:
    """Logs its death."""

    def __init__(self, log: Log, name: str = "thing") -> None:
        self.log = log
        self.name = name

    def method(self) -> str:
        """A method."""
        return self.name

    @property
    def value(self) -> str:
        """A property."""
        return self.name

    def itself(self) -> Thing:
        """Returns its self."""
        return self

    def __del__(self) -> None:
        self.log.append(f"{self.name} dies")


class Failure(Exception):
    """Carries whatever it was given."""


class HalfMade(Thing):
    """Never gets made."""

    def __init__(self, log: Log) -> None:
        super().__init__(log, "half-made")
        raise Failure(self)


def use(thing: Any, *rest: Any, **more: Any) -> int:
    """Looks at what it gets."""
    return 1 + len(rest) + len(more)


def make(log: Log, name: str = "made") -> Thing:
    """Gives a new thing away."""
    return Thing(log, name)


def fail(thing: Thing) -> None:
    """Raises, with a thing in its frame."""
    local = Thing(thing.log, "local of a frame")
    raise Failure(thing, local.name)


def fail_deeper(thing: Thing) -> None:
    """An exception goes through it."""
    own = Thing(thing.log, "local of the frame above")
    fail(thing)
    own.method()


def replace_failure(thing: Thing) -> None:
    """One exception becomes another."""
    try:
        fail(thing)
    except Failure as error:
        raise LookupError(Thing(thing.log, "payload")) from error


def argument(log: Log) -> None:
    """Given to a call and nobody else."""
    use(Thing(log))
    log.append("after")
    use(1, Thing(log, "rest"), more=Thing(log, "more"))
    log.append("after")


def result(log: Log) -> None:
    """Taken from a call, kept for a while or not."""
    make(log)
    log.append("dropped")
    kept = make(log, "kept")
    log.append("kept")
    del kept
    log.append("deleted")
    Thing(log, "self").itself()
    log.append("after")


def exception_caught(log: Log) -> None:
    """With everything in its frames."""
    try:
        fail_deeper(Thing(log))
    except Failure:
        log.append("caught")
    log.append("after")


def exception_kept(log: Log) -> None:
    """As long as somebody holds it."""
    kept: Any = None
    try:
        fail_deeper(Thing(log))
    except Failure as error:
        kept = error
    log.append("kept")
    kept.__traceback__ = None
    log.append("without its traceback")
    kept = None
    log.append("dropped")


def exception_replaced(log: Log) -> None:
    """With the one it came from."""
    try:
        replace_failure(Thing(log))
    except LookupError:
        log.append("caught")
    log.append("after")


def exception_of_init(log: Log) -> None:
    """Fail to make an object, which the exception holds."""
    try:
        HalfMade(log)
    except Failure:
        log.append("caught")
    log.append("after")
    gc.collect()
    log.append("collected")


def deleted_inside(log: Log) -> None:
    """The callee drops what its caller does not hold."""
    drop(Thing(log))
    log.append("after")


def drop(thing: Thing | None) -> None:
    """Lets its argument go."""
    log = thing.log if thing is not None else []
    thing = None
    log.append("let go")


def local_replaced(log: Log) -> None:
    """A local variable gets another value."""
    juggle(log)
    log.append("after")


def juggle(log: Log) -> None:
    """Locals come and go."""
    one = Thing(log, "one")
    one = Thing(log, "two")
    log.append("replaced")
    use(one)
    del one
    log.append("deleted")


def numbers(log: Log, thing: Thing) -> Generator[Thing, Any, None]:
    """Hands out things, gets things."""
    got = yield Thing(log, "item")
    log.append(f"got {got and got.name}")
    yield thing


def generator_exhausted(log: Log) -> None:
    """Run to its end."""
    for item in numbers(log, Thing(log)):
        log.append(item.name)
        del item
    log.append("after")


def forgetful(log: Log, first: Thing) -> Generator[Thing, None, None]:
    """Holds one item at a time."""
    for number in (1, 2):
        made = Thing(log, f"made {number}")
        yield made
        del made
        log.append(f"let go of {number}")
    log.append(first.name)


def generator_forgets(log: Log) -> None:
    """What it lets go dies at once."""
    for item in forgetful(log, Thing(log)):
        log.append(item.name)
        del item
    log.append("after")


def generator_dropped(log: Log) -> None:
    """Half way."""
    steps = numbers(log, Thing(log))
    next(steps)
    log.append("item dropped")
    steps.send(Thing(log, "sent"))
    log.append("dropping")
    del steps
    log.append("after")


def generator_closed(log: Log) -> None:
    """Closed, and kept a while."""
    steps = numbers(log, Thing(log))
    next(steps)
    steps.close()
    log.append("closed")
    del steps
    log.append("after")


def generator_never_started(log: Log) -> None:
    """Dropped before its first step."""
    steps = numbers(log, Thing(log))
    log.append("made")
    del steps
    log.append("after")


def generator_thrown_into(log: Log) -> None:
    """It ends with what was thrown in."""
    steps = numbers(log, Thing(log))
    next(steps)
    try:
        steps.throw(Failure(Thing(log, "payload")))
    except Failure:
        log.append("caught")
    log.append("dropping")
    del steps
    log.append("after")


@contextmanager
def holding(thing: Thing) -> Iterator[Thing]:
    """A context manager made of a generator."""
    yield thing


def context_manager(log: Log) -> None:
    """Left by its end and by an exception."""
    with holding(Thing(log)) as held:
        log.append(held.name)
    del held
    log.append("after")
    try:
        with holding(Thing(log, "second")):
            raise Failure
    except Failure:
        log.append("caught")
    log.append("after")


async def work(thing: Thing) -> Thing:
    """A coroutine that sleeps once."""
    await asyncio.sleep(0)
    return Thing(thing.log, "result")


async def work_and_fail(thing: Thing) -> None:
    """A coroutine that fails."""
    await work(thing)
    raise Failure(thing)


async def items(log: Log) -> AsyncIterator[Thing]:
    """An async generator."""
    for name in ("first", "second"):
        yield Thing(log, name)
        await asyncio.sleep(0)


async def awaiting(log: Log) -> None:
    """Coroutines awaited where they are made."""
    await work(Thing(log))
    log.append("awaited")
    try:
        await work_and_fail(Thing(log))
    except Failure:
        log.append("caught")
    log.append("after")
    async for item in items(log):
        log.append(item.name)
        del item
    log.append("iterated")


async def tasks(log: Log) -> None:
    """Tasks that return, fail and are cancelled."""
    task: Any = asyncio.create_task(work(Thing(log)))
    await task
    log.append("done")
    del task
    log.append("after")
    failing = asyncio.create_task(work_and_fail(Thing(log, "of a failure")))
    try:
        await failing
    except Failure:
        log.append("caught")
    del failing
    cancelled = asyncio.create_task(work(Thing(log, "of a cancelled task")))
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.wait([cancelled])
    del cancelled
    log.append("end")


def coroutines(log: Log) -> None:
    """In an event loop."""
    asyncio.run(awaiting(log))
    log.append("loop closed")


def tasks_in_a_loop(log: Log) -> None:
    """In an event loop, which leaves cycles of its own to the collector."""
    asyncio.run(tasks(log))
    gc.collect()
    log.append("loop closed")


def coroutine_dropped(log: Log) -> None:
    """Half way, without a loop."""
    coroutine = work(Thing(log))
    coroutine.send(None)
    log.append("dropping")
    del coroutine
    log.append("after")


def threads(log: Log) -> None:
    """What a thread was given and made."""
    thread: Any = threading.Thread(target=use, args=(Thing(log),))
    thread.start()
    thread.join()
    log.append("joined")
    reference = weakref.ref(thread, lambda dead: log.append("thread dies"))
    del thread
    log.append(f"after: {reference() is None}")


def bound_method(log: Log) -> None:
    """Kept without its object, which it holds."""
    kept: Any = Thing(log).method
    log.append(kept())
    del kept
    log.append("after")
    log.append(Thing(log, "of a property").value)
    functools.partial(use, Thing(log, "partial"))(1)
    log.append("after")


def weak_method(log: Log) -> None:
    """A weak reference to a bound method."""
    thing = Thing(log)
    reference = weakref.WeakMethod(thing.method)
    log.append(str(reference() is not None))
    del thing
    log.append(str(reference() is not None))


def local_function(log: Log) -> None:
    """A function made by a call, with a default and something in its closure."""
    inner: Any = closure(log)
    inner()
    reference = weakref.ref(inner, lambda dead: log.append("function dies"))
    del inner
    log.append(f"after: {reference() is None}")


def closure(log: Log) -> Callable[[], str]:
    """Makes a function."""
    held = Thing(log, "held")

    def inner(default: Thing = Thing(log, "default")) -> str:  # noqa: B008
        return held.name + default.name

    return inner


def local_class(log: Log) -> None:
    """A class is a cycle by itself: the collector frees it."""

    class Local(Thing):
        """Made by a call."""

        shared = Thing(log, "class attribute")

        def method(self) -> str:
            """A method of its own."""
            return f"{super().method()} {__class__.__name__}"  # type: ignore[name-defined]

    Local(log, "instance").method()
    reference = weakref.ref(Local)
    del Local
    gc.collect()
    log.append(f"after: {reference() is None}")


class Held:
    """Nobody hears of its death."""


def cycle_left(log: Log) -> None:
    """A cycle that is left to the collector."""
    held: Any = Held()
    held.me = held


def cycle(log: Log) -> None:
    """Objects in a cycle die when the collector comes."""
    thing: Any = Thing(log)
    thing.me = thing
    use(thing)
    del thing
    log.append("dropped")
    gc.collect()
    log.append("collected")


SCENARIOS: list[Callable[[Log], None]] = [
    argument, result, exception_caught, exception_kept, exception_replaced, exception_of_init, deleted_inside,
    local_replaced, generator_exhausted, generator_forgets, generator_dropped, generator_closed,
    generator_never_started, generator_thrown_into, context_manager, coroutines, tasks_in_a_loop, coroutine_dropped,
    threads, bound_method, weak_method, local_function, local_class, cycle,
]  # fmt: skip
NAMES = [scenario.__name__ for scenario in SCENARIOS if scenario is not deleted_inside]
