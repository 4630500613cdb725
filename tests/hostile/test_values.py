"""Hostile values through every position and backend: none of their methods runs, and the trace is whole."""

from __future__ import annotations

import importlib
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, TraceValidator, install_hook
from tests.capture.hostile import PROPERTIES, SPECIAL, Traps
from tests.capture.test_hostile import ARGUMENTS, BASES

MODULE = "tests.hostile.subject"
FRAMES: list[Any] = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
WAYS: list[Any] = ["proxy", *FRAMES, *(f"{name}+hook" for name in FRAMES)]
ERRORS = [KeyboardInterrupt, SystemExit, RecursionError, MemoryError, StopIteration, GeneratorExit, Exception]
# An object of these has to be asked by the interpreter itself, when it is raised or made a class.
EXCEPTIONS = [base for base in BASES if issubclass(base, BaseException)]


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[bool, ModuleType]]:
    """The program as it is, and with its functions wrapped."""
    before = sys.modules.pop(MODULE, None)
    plain = importlib.import_module(MODULE)
    del sys.modules[MODULE]
    with install_hook([MODULE]):
        yield {False: plain, True: importlib.import_module(MODULE)}
    del sys.modules[MODULE]
    if before is not None:
        sys.modules[MODULE] = before


def hand_on(modules: dict[bool, ModuleType], way: Any, value: Any) -> list[str]:
    """Hand ``value`` on in every way, recorded; gives the text of the trace in lines."""
    module = modules[way == "proxy" or "+" in way]
    tracer = FunctionTracer(
        [MODULE], backend=way.partition("+")[0], detail_level="verbose", trace_lines="+" not in way and way != "proxy"
    )
    with tracer:
        for hand in module.WAYS_TO_HAND_ON:
            hand(value)
    assert TraceValidator().problems(tracer.events) == []
    return tracer.format_trace().splitlines()


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
@pytest.mark.parametrize("way", WAYS)
def test_no_method_runs_wherever_the_value_goes(modules: dict[bool, ModuleType], way: Any, base: type) -> None:
    """A value whose every special method, property and metaclass method is a trap springs none in all positions."""
    traps = Traps()
    value = traps.make(base, *ARGUMENTS.get(base, ()), meta=base not in EXCEPTIONS)
    lines = hand_on(modules, way, value)
    assert traps.called == []
    assert len(lines) > 30
    assert not [line for line in lines if "capture failed" in line or "lost inside" in line]


class Behaviour:
    """Methods that do harm, and count how often."""

    def __init__(self, harm: Callable[[Behaviour, tuple[Any, ...]], Any]) -> None:
        self.harm = harm
        self.done: list[str] = []
        self.lock = threading.Lock()

    def method(self, name: str) -> Any:
        """A method that does it."""

        def act(*args: Any, **keywords: Any) -> Any:
            self.done.append(name)
            return self.harm(self, args)

        return act

    def value(self) -> Any:
        """An object with such methods."""
        members: dict[str, Any] = {special: self.method(special) for special in SPECIAL}
        members |= {each: property(self.method(each)) for each in PROPERTIES}
        members["items_of_it"] = []
        return object.__new__(type("Hostile", (), members))


def _wait(behaviour: Behaviour, args: tuple[Any, ...]) -> Any:
    # The asking thread waits for the caller, which waits for the answer; the timeout is the watchdog.
    behaviour.lock.acquire(timeout=30)


def _recurse(behaviour: Behaviour, args: tuple[Any, ...]) -> Any:
    return repr(args[0])


def _change(behaviour: Behaviour, args: tuple[Any, ...]) -> Any:
    type(args[0]).items_of_it.append(len(behaviour.done))
    return "changed"


def _trace(behaviour: Behaviour, args: tuple[Any, ...]) -> Any:
    with FunctionTracer([__name__]):
        return helper(1)


def _call(behaviour: Behaviour, args: tuple[Any, ...]) -> Any:
    from tests.hostile import subject

    return subject.give(args[0])


def _exit(behaviour: Behaviour, args: tuple[Any, ...]) -> Any:
    raise SystemExit(3)


def _wrong(behaviour: Behaviour, args: tuple[Any, ...]) -> Any:
    return object()


def helper(number: int) -> int:
    """Something to record."""
    return number


HARMS = [_wait, _recurse, _change, _trace, _call, _exit, _wrong]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("way", WAYS)
def test_methods_that_do_harm_are_not_called(modules: dict[bool, ModuleType], way: Any, harm: Any) -> None:
    """Whether they block, recurse, change things, trace, call traced functions, exit or lie: none is asked."""
    behaviour = Behaviour(harm)
    value = behaviour.value()
    with behaviour.lock:
        lines = hand_on(modules, way, value)
    assert behaviour.done == []
    assert type(value).__dict__["items_of_it"] == []
    assert not [line for line in lines if "lost inside" in line]


class Counted:
    """A value that works as the key of a dict, in a set and in comparisons, and counts each use."""

    asked: list[str]

    def __init__(self, error: type[BaseException] | None = None) -> None:
        self.error = error
        self.asked = []

    def __hash__(self) -> int:
        return self._answer("hash", 7)

    def __eq__(self, other: object) -> bool:
        return bool(self._answer("eq", self is other))

    def __lt__(self, other: object) -> bool:
        return bool(self._answer("lt", 1))

    def _answer(self, name: str, answer: int) -> int:
        self.asked.append(name)
        if self.error is not None:
            raise self.error(name)
        return answer


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
@pytest.mark.parametrize("way", WAYS)
def test_keys_are_not_hashed_again(modules: dict[bool, ModuleType], way: Any, error: type[BaseException]) -> None:
    """Keys of dicts and elements of sets, made while they answered, are asked nothing later."""
    keys = [Counted() for _ in range(3)]
    values = [dict.fromkeys(keys, 1), set(keys), frozenset(keys), {(keys[0], 1): keys[1]}, dict.fromkeys(keys).keys()]
    for key in keys:
        key.error = error
        key.asked.clear()
    hand_on(modules, way, values)
    assert list(itertools.chain(*(key.asked for key in keys))) == []
    for key in keys:
        key.error = None  # the values die now


def test_the_harm_is_real() -> None:
    """Each of them happens where a method is called, so the tests above can fail."""
    done = Behaviour(_change)
    assert repr(done.value()) == "changed"
    with pytest.raises(RecursionError):
        repr(Behaviour(_recurse).value())
    with pytest.raises(SystemExit):
        bool(Behaviour(_exit).value())
    assert str(Behaviour(lambda *args: "x").value()) == "x"
    assert helper(1) == 1
