"""A machine that runs random programs and keeps its own account of what was called by whom and how it ended.

A program is a tree of `Node`: which function to call, how to use what it gives, and the nodes that it runs inside.
The functions of `Machine.functions` are recorded; everything else here is the machine's own and is not.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import coroutine
from typing import Any, NamedTuple

Outcome = tuple[Any, ...]
UNFINISHED: Outcome = ("unfinished",)


class Node(NamedTuple):
    """One call of a program."""

    name: str
    use: str
    number: int
    inside: tuple[Node, ...]


class Failure(Exception):
    """Raised by nodes; carries a number."""


class Other(Exception):
    """What a failure is replaced by."""


class Entry:
    """The account of one call."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.number = number
        self.begun = False
        self.outcome = UNFINISHED
        self.children: list[Entry] = []

    def begin(self) -> None:
        """The first line of the function runs."""
        self.begun = True

    def account(self) -> tuple[Any, ...]:
        """Return name, number, outcome and the children that began."""
        return self.name, self.number, self.outcome, [child.account() for child in self.children if child.begun]

    def returned(self, value: Any) -> Any:
        """It gave ``value``."""
        self.outcome = ("returned", value)
        return value

    def raised(self, error: BaseException) -> None:
        """It was left by ``error``."""
        # Of a group by its type: what except* leaves of it shows nowhere in the frame that it leaves.
        text = "" if isinstance(error, ExceptionGroup) else ", ".join(map(str, error.args))
        self.outcome = ("raised", type(error).__name__, text)


def child_of(parent: Entry, node: Node) -> Entry:
    """A call that ``parent`` makes or starts now."""
    entry = Entry(node.name, node.number)
    parent.children.append(entry)
    return entry


# -- what is recorded -------------------------------------------------------------------------------------------


def returning(number: int, nodes: Any, entry: Entry) -> int:
    """Runs its nodes and returns."""
    entry.begin()
    run(entry, nodes)
    return number


def raising(number: int, nodes: Any, entry: Entry) -> int:
    """Runs its nodes and raises."""
    entry.begin()
    run(entry, nodes)
    raise Failure(number)


def catching(number: int, nodes: Any, entry: Entry) -> int:
    """Catches what its nodes or itself raise, then runs half of them again."""
    entry.begin()
    try:
        run(entry, nodes)
        raise Failure(number)
    except (Failure, Other):
        run_safely(entry, nodes[: len(nodes) // 2])
    return number


def replacing(number: int, nodes: Any, entry: Entry) -> int:
    """Makes another exception of a failure."""
    entry.begin()
    try:
        run(entry, nodes)
    except Failure as error:
        raise Other(number) from error
    return number


def cleaning(number: int, nodes: Any, entry: Entry) -> int:
    """Has a finally block that runs nodes too, whose failure takes the place of its own."""
    entry.begin()
    try:
        run(entry, nodes[:1])
        if number % 2:
            raise Failure(number)
        return number
    finally:
        run(entry, nodes[1:])


def passing(number: int, nodes: Any, entry: Entry) -> int:
    """Catches a failure, does something and raises it again."""
    entry.begin()
    try:
        run(entry, nodes)
    except Failure:
        run_safely(entry, nodes[1:])
        raise
    return number


def suppressing(number: int, nodes: Any, entry: Entry) -> int:
    """Lets a with block swallow failures."""
    entry.begin()
    with suppress(Failure):
        run(entry, nodes)
        raise Failure(number)
    for node in nodes:
        try:
            run(entry, [node])
        except Other:
            continue
    return number


def grouping(number: int, nodes: Any, entry: Entry) -> int:
    """Raises a group and splits it."""
    entry.begin()
    try:
        run(entry, nodes)
        raise ExceptionGroup("group", [Failure(number), Other(number)])
    except* Other:
        run_safely(entry, nodes)
    return number


def recursing(number: int, nodes: Any, entry: Entry) -> int:
    """Calls itself."""
    entry.begin()
    if number > 0:
        inner = child_of(entry, Node("recursing", "call", number - 1, ()))
        return inner.returned(recursing(number - 1, nodes, inner)) + 1  # type: ignore[no-any-return]
    run_safely(entry, nodes)
    return number


class Box:
    """Has methods of each kind."""

    def method(self, number: int, nodes: Any, entry: Entry) -> int:
        """A method; fails for odd numbers."""
        entry.begin()
        run(entry, nodes)
        if number % 2:
            raise Failure(number)
        return number

    @classmethod
    def class_method(cls, number: int, nodes: Any, entry: Entry) -> int:
        """A class method."""
        entry.begin()
        run_safely(entry, nodes)
        return number

    @staticmethod
    def static_method(number: int, nodes: Any, entry: Entry) -> int:
        """A static method."""
        entry.begin()
        run(entry, nodes)
        return number


def stepping(number: int, nodes: Any, entry: Entry) -> Generator[int, Any, int]:
    """A generator that runs its nodes between its items; lets through what is thrown in."""
    entry.begin()
    for node in nodes:
        run(entry, [node])
        yield node.number
    return number


def forgiving(number: int, nodes: Any, entry: Entry) -> Generator[Any, Any, int]:
    """A generator that catches what is thrown in, and cleans up."""
    entry.begin()
    got: Any = None
    try:
        for node in nodes:
            try:
                got = yield got
            except Failure:
                run_safely(entry, [node])
        if number % 2:
            raise Failure(number)
    finally:
        run_safely(entry, nodes[:1])
    return number


def delegating(number: int, nodes: Any, entry: Entry) -> Generator[Any, Any, int]:
    """A generator that yields from another."""
    entry.begin()
    inner = child_of(entry, Node("stepping", "call", number, ()))
    with account(inner):
        inner.returned((yield from stepping(number, nodes, inner)))
    return number


async def awaiting(number: int, nodes: Any, entry: Entry) -> int:
    """A coroutine that sleeps between its nodes."""
    entry.begin()
    for node in nodes:
        await pause()
        await run_async(entry, [node])
    return number


async def failing(number: int, nodes: Any, entry: Entry) -> int:
    """A coroutine that fails."""
    entry.begin()
    await run_async(entry, nodes)
    await pause()
    raise Failure(number)


async def mending(number: int, nodes: Any, entry: Entry) -> int:
    """A coroutine that catches, sleeps, cleans up, and goes on."""
    entry.begin()
    try:
        await run_async(entry, nodes)
        await pause()
    except Failure:
        await pause()
    finally:
        run_safely(entry, nodes[:1])
    return number


async def streaming(number: int, nodes: Any, entry: Entry) -> AsyncGenerator[int, Any]:
    """An async generator."""
    entry.begin()
    try:
        for node in nodes:
            await run_async(entry, [node])
            yield node.number
            await pause()
    finally:
        run_safely(entry, nodes[:1])


SYNC = [
    "returning", "raising", "catching", "replacing", "cleaning", "passing", "suppressing", "grouping", "recursing",
    "method", "class_method", "static_method",
]  # fmt: skip
GENERATORS = ["stepping", "forgiving", "delegating"]
COROUTINES = ["awaiting", "failing", "mending"]
ASYNC_GENERATORS = ["streaming"]
RECORDED = {"stepping", "forgiving", "delegating", *SYNC, *COROUTINES, *ASYNC_GENERATORS}
USES = {
    **{name: ["call", "thread", "safely"] for name in SYNC},
    **{name: ["exhaust", "break", "close", "send", "throw", "never", "keep", "hand"] for name in GENERATORS},
    **{name: ["await", "task", "cancel", "drop"] for name in COROUTINES},
    **{name: ["exhaust", "break", "close", "throw"] for name in ASYNC_GENERATORS},
}


# -- the machine itself -----------------------------------------------------------------------------------------


def function_of(node: Node) -> Callable[..., Any]:
    """What a node calls, looked up as the program sees it."""
    if node.name == "method":
        return Box().method
    found: Callable[..., Any] = getattr(Box, node.name, None) or globals()[node.name]
    return found


@coroutine
def pause() -> Generator[None, None, None]:
    """Give others their turn; works in every loop and in none."""
    yield


@contextmanager
def account(entry: Entry) -> Iterator[None]:
    """Note the exception that leaves the block; closing leaves a call unfinished."""
    try:
        yield
    except GeneratorExit:
        raise
    except BaseException as error:
        entry.raised(error)
        raise


def run(parent: Entry, nodes: Any) -> None:
    """Run nodes; what they raise is raised here."""
    for node in nodes:
        if node.name in GENERATORS:
            use_generator(parent, node)
        elif node.name in COROUTINES:
            use_coroutine(parent, node)
        elif node.name in SYNC:
            use_function(parent, node)


def run_safely(parent: Entry, nodes: Any) -> None:
    """Run nodes; what they raise is dropped."""
    for node in nodes:
        with suppress(Failure, Other, ExceptionGroup):
            run(parent, [node])


def use_function(parent: Entry, node: Node) -> None:
    """Call it, here or in a thread."""
    entry = child_of(parent, node)

    def call() -> None:
        with account(entry):
            entry.returned(function_of(node)(node.number, node.inside, entry))

    def guarded() -> None:
        with suppress(Failure, Other, ExceptionGroup):
            call()

    if node.use == "thread":
        thread = threading.Thread(target=guarded)
        thread.start()
        thread.join()
    elif node.use == "safely":
        guarded()
    else:
        call()


KEPT: list[Any] = []


def use_generator(parent: Entry, node: Node) -> None:
    """Step through it in one of many ways."""
    entry = Entry(node.name, node.number)
    made = function_of(node)(node.number, node.inside, entry)
    if node.use == "never":
        return
    if node.use == "hand":
        taker = child_of(parent, Node("taking", "call", node.number, ()))
        taker.children.append(entry)
        with account(taker):
            taker.returned(taking(node.number, made, entry, taker))
        return
    parent.children.append(entry)
    step_through(made, entry, node.use)


def taking(number: int, made: Any, entry: Entry, own: Entry) -> int:
    """Steps through a generator that somebody else made."""
    own.begin()
    step_through(made, entry, "exhaust")
    return number


RECORDED.add("taking")


def step_through(made: Any, entry: Entry, use: str) -> None:
    """Do what ``use`` says with a generator that has not begun."""
    with account(entry):
        try:
            next(made)
            if use == "break":
                del made
                return
            if use == "close":
                made.close()
                return
            if use == "keep":
                KEPT.append(made)
                return
            if use == "send":
                made.send("sent")
            if use == "throw":
                made.throw(Failure("thrown in"))
            while True:
                next(made)
        except StopIteration as stop:
            entry.returned(stop.value)


def use_coroutine(parent: Entry, node: Node) -> None:
    """Drive it by hand: there is no loop here, or it belongs to somebody further out."""
    entry = child_of(parent, node)
    made = function_of(node)(node.number, node.inside, entry)
    with account(entry), by_hand():
        try:
            made.send(None)
            if node.use == "drop":
                made.close()
                return
            while True:
                made.send(None)
        except StopIteration as stop:
            entry.returned(stop.value)


async def run_async(parent: Entry, nodes: Any) -> None:
    """Run nodes in an event loop, or in none."""
    for node in nodes:
        if node.name in COROUTINES and node.use != "drop":
            await use_task(parent, node)
        elif node.name in ASYNC_GENERATORS:
            await use_stream(parent, node)
        else:
            run(parent, [node])


async def run_async_safely(parent: Entry, nodes: Any) -> None:
    """Run nodes; what they raise is dropped."""
    for node in nodes:
        with suppress(Failure, Other, ExceptionGroup):
            await run_async(parent, [node])


class Hands(threading.local):
    """How many coroutines this thread drives by hand."""

    busy = 0


hands = Hands()


@contextmanager
def by_hand() -> Iterator[None]:
    """A coroutine driven by hand must not wait for a loop, and no loop ends its async generators."""
    hands.busy += 1
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)
        hands.busy -= 1


def in_a_loop() -> bool:
    """An event loop runs this code, and nobody between."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return not hands.busy


async def use_task(parent: Entry, node: Node) -> None:
    """Await it, here or as a task."""
    entry = child_of(parent, node)

    async def watched() -> Any:
        async with account_async(entry):
            return entry.returned(await made)

    made: Coroutine[Any, Any, Any] = function_of(node)(node.number, node.inside, entry)
    if node.use == "await" or not in_a_loop():
        await watched()
        return
    task = asyncio.create_task(watched())
    if node.use == "cancel":
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return
    await task


@asynccontextmanager
async def account_async(entry: Entry) -> AsyncIterator[None]:
    """As `account`."""
    with account(entry):
        yield


async def use_stream(parent: Entry, node: Node) -> None:
    """Iterate, in one of several ways."""
    entry = child_of(parent, node)
    made: AsyncGenerator[int, Any] = function_of(node)(node.number, node.inside, entry)
    with account(entry):
        try:
            await made.__anext__()
            if node.use in ("break", "close"):
                await made.aclose()
                return
            if node.use == "throw":
                await made.athrow(Failure("thrown in"))
            while True:
                await made.__anext__()
        except StopAsyncIteration:
            entry.returned(None)


def main(number: int, nodes: Any, entry: Entry) -> int:
    """A whole program without a loop; recorded."""
    entry.begin()
    run_safely(entry, nodes)
    return number


async def main_in_a_loop(number: int, nodes: Any, entry: Entry) -> int:
    """A whole program in an event loop; recorded."""
    entry.begin()
    await run_async_safely(entry, nodes)
    return number


RECORDED |= {"main", "main_in_a_loop"}


def execute(nodes: Any, *, loop: bool) -> tuple[Any, ...]:
    """Run a program; gives its account."""
    entry = Entry("main_in_a_loop" if loop else "main", 0)
    entry.returned(asyncio.run(main_in_a_loop(0, nodes, entry)) if loop else main(0, nodes, entry))
    return entry.account()
