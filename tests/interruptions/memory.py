"""Lets each allocation of a recorded call fail in turn: ``python -m tests.interruptions.memory BACKEND``.

Prints what went wrong, a line each, and the number of allocations that failed inside ours last.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from snapy_instrument import IMPLEMENTATION, FunctionTracer, traced

# CPython's own means to test itself: it counts allocations and lets one fail.
_testcapi: Any = import_module("_testcapi")
NAME = "frugal"
MOST = 200
CALLS = 5  # before the memory is short: the next one needs room for its records
# They allocate nothing, so each failure is ours.
SOURCE = """
class Item:
    def __init__(self, number):
        self.number = number


def take(number, texts, table, item):
    return table


def outer(number, texts, table, item):
    return take(number, texts, table, item)
"""


def made(backend: Any) -> Any:
    """The program; with proxies where these record it."""
    program: Any = ModuleType(NAME)
    sys.modules[NAME] = program
    exec(compile(SOURCE, f"{NAME}.py", "exec"), program.__dict__)
    if backend == "proxy":
        program.take, program.outer = traced(program.take), traced(program.outer)
    return program


def failing(number: int, outer: Any, arguments: tuple[Any, ...]) -> Any:
    """What ``outer`` returns while allocation ``number`` fails; the MemoryError that left it."""
    _testcapi.set_nomemory(number, number + 1)
    try:
        return outer(*arguments)
    except MemoryError as error:
        return error
    finally:
        _testcapi.remove_mem_hooks()


def problem(backend: Any, program: Any, number: int) -> tuple[str, bool]:
    """What went wrong, and whether an event was lost."""
    before = (5, ["a", "b"] * 10, {"k": (1, 2.5) * 12, "l": (3, [4])}, program.Item(3))
    # The same texts, for a new one is judged in Python; new containers, for known ones are described without a walk,
    # and so many elements that Python has no memory left over for them. Packed records need memory now and then alone.
    arguments = (6, ["b", "a"] * 10, {"k": (2.5, 1) * 12, "l": (4, [3])}, program.Item(4))
    with FunctionTracer([f"{NAME}.*"], backend=backend) as tracer:
        for _ in range(CALLS):
            program.outer(*before)
        result = failing(number, program.outer, arguments)
        program.outer(*arguments)
    events = [event.event_type for event in tracer.events]
    lost = any("MemoryError" in event.function_name for event in tracer.events if event.event_type == "marker")
    # A proxy written in Python has a frame, and that one needs memory before anything of ours runs.
    unseen = IMPLEMENTATION == "pure"
    if result is not arguments[2] and not (unseen and isinstance(result, MemoryError)):
        return f"the program got {result!r}", lost
    if events.count("call") != events.count("return"):
        return f"{events.count('call')} calls and {events.count('return')} returns", lost
    if events.count("call") < 2 * (CALLS + 2) and not (lost or unseen):
        return "a call was lost and nothing says so", lost
    last = [call.call.function_name for call in tracer.trace.roots][-1]
    return "" if last == "outer" else f"the call afterwards is inside {last}", lost


def main() -> None:
    """Sweep."""
    backend = sys.argv[1]
    program, failed = made(backend), 0
    for number in range(MOST):
        wrong, lost = problem(backend, program, number)
        failed += lost
        if wrong:
            print(f"{number}: {wrong}")
    print(failed)


if __name__ == "__main__":
    main()
