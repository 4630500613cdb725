"""What the threads of a traced program do, and what a test does beside them."""

from __future__ import annotations

__all__ = ["BACKENDS", "run"]

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from snapy_instrument import FunctionTracer, TraceValidator, traced

BACKENDS: tuple[Any, ...] = ("proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else []))
_SWITCH_SECONDS = 1e-6
_MOST_EVENTS = 400
_TEMPLATE = "def made(x, *rest, key={0}, **more):\n    return [x, {0}]\n"


class Item:
    """An object that is described by its fields."""

    def __init__(self, size: int) -> None:
        self.size = size


def leaf(item: Item, scale: int = 2, *, offset: int = 1) -> list[Any]:
    """Return a new list, so that values are captured again and again."""
    return [item.size * scale + offset, {"item": item}]


def middle(count: int) -> list[Any]:
    """Call `leaf`, with another default each time."""
    found = leaf(Item(count), offset=count)
    return [found, leaf(Item(count))]


def failing(count: int) -> None:
    """Raise through two calls."""
    if count:
        failing(count - 1)
    raise ValueError(count)


def numbers(count: int) -> Iterator[int]:
    """Yield, in a frame that is suspended while tracers change."""
    for number in range(count):
        leaf(Item(number))
        yield number


def _calls() -> None:
    middle(3)
    try:
        failing(2)
    except ValueError:
        pass


def _steps() -> None:
    for number in numbers(5):
        if number == 3:
            break


def _new_code() -> None:
    namespace: dict[str, Any] = {"__name__": __name__}
    for number in range(5):
        exec(_TEMPLATE.format(number), namespace)
        namespace["made"](number, 1, 2, other=3)


def _new_threads() -> None:
    thread = threading.Thread(target=middle, args=(2,))
    thread.start()
    thread.join()


_WORK: tuple[Callable[[], None], ...] = (_calls, _steps, _new_code, _new_threads)


def run(backend: Any, seconds: float) -> Counter[str]:
    """Enter and leave tracers for ``seconds``; return how often what went wrong."""
    wrong: Counter[str] = Counter()
    threading.excepthook = lambda args: wrong.update(
        [f"a thread was left by {args.exc_type.__name__}: {args.exc_value}"]
    )
    sys.unraisablehook = lambda args: wrong.update([f"nobody got {args.exc_type.__name__}: {args.exc_value}"])
    if backend == "proxy":
        names = ("leaf", "middle", "failing", "numbers")
        globals().update({name: traced(globals()[name]) for name in names})
    end = time.monotonic() + seconds

    def work(each: Callable[[], None]) -> None:
        while time.monotonic() < end:
            each()

    sys.setswitchinterval(_SWITCH_SECONDS)
    threads = [threading.Thread(target=work, args=(each,)) for each in _WORK]
    for thread in threads:
        thread.start()
    rounds = 0
    while time.monotonic() < end:
        rounds += 1
        try:
            wrong.update(_record(backend, rounds))
        except Exception as problem:
            wrong[f"a tracer raised {type(problem).__name__}: {problem}"] += 1
    for thread in threads:
        thread.join()
    if not rounds:
        wrong["no tracer was entered"] += 1
    return wrong


def _record(backend: Any, turn: int) -> list[str]:
    """Record for a moment, with one tracer, two, or two of different patterns; return what is wrong with the traces."""
    patterns = ([__name__],) if turn % 3 == 0 else ([__name__], [__name__ if turn % 3 == 1 else "elsewhere.*"])
    tracers = [FunctionTracer(each, backend=backend, max_events=_MOST_EVENTS) for each in patterns]
    with ExitStack() as stack:
        for tracer in tracers:
            stack.enter_context(tracer)
        middle(1)
    return [_kind(problem) for tracer in tracers for problem in TraceValidator().problems(tracer.events)]


def _kind(problem: str) -> str:
    return "".join("N" if char.isdigit() else char for char in problem)[:100]
