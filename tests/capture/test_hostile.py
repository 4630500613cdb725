"""Hostile values: nothing of theirs runs."""

from __future__ import annotations

import collections
import dataclasses
import functools
import io
import re
import sys
import threading
import types
from typing import Any

import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.values import Mark, Ref, Struct
from tests.capture.hostile import SPECIAL, Sprung, Traps

BASES = [
    object, list, dict, tuple, set, frozenset, str, bytes, bytearray, int, float, complex, Exception, OSError,
    KeyboardInterrupt, ExceptionGroup, type, types.ModuleType, types.SimpleNamespace, functools.partial,
    collections.OrderedDict, collections.defaultdict, collections.Counter, collections.deque, collections.ChainMap,
    collections.UserDict, threading.local, io.StringIO, io.BytesIO, dataclasses.make_dataclass("Record", ["a", "b"]),
    collections.namedtuple("Named", "a"), property, staticmethod, classmethod,
]  # fmt: skip
NAMED = BASES[-4]
if sys.version_info >= (3, 15):
    # Their __new__ sets attributes from then on: a trap springs while the object is being made.
    del BASES[-2:]
ERRORS = [Exception, KeyboardInterrupt, SystemExit, RecursionError, MemoryError, StopIteration, GeneratorExit, Sprung]
ARGUMENTS: dict[type, tuple[Any, ...]] = {
    ExceptionGroup: ("g", [ValueError()]),
    functools.partial: (len,),
    NAMED: (1,),
    type: ("Made", (), {}),
    staticmethod: (len,),
    classmethod: (len,),
}


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_no_method_of_a_value_is_called(base: type) -> None:
    """An object whose every special method, property and metaclass method is a trap springs none of them."""
    traps = Traps()
    obj = traps.make(base, *ARGUMENTS.get(base, ()))
    capture = Capture()
    for value in (obj, [obj], {"k": obj}, (obj, obj), [0] * 60 + [obj], [[[[[[[obj]]]]]]]):
        capture.value(value)
        capture.value(value, capture.secrecy("token"))
    capture.bare(obj)
    assert traps.called == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_no_error_of_a_value_gets_out(error: type[BaseException]) -> None:
    """Whatever the traps would raise, the value is described."""
    traps = Traps(error)
    assert Capture().value([traps.make()]) == [Ref("Hostile", 1)]
    assert traps.called == []


@pytest.mark.parametrize("base", [Exception, OSError, KeyError, KeyboardInterrupt])
def test_hostile_exceptions(base: type[BaseException]) -> None:
    """Type name and args are read from an exception that traps everything."""
    traps = Traps()
    info, described = Capture().exception(traps.make(base, "declined"))
    assert info == ("Hostile", "declined")
    assert described == Struct("Hostile", ((None, "declined"),))
    assert traps.called == []


def test_hostile_values_inside_every_description() -> None:
    """A hostile object inside something that is described is not touched."""
    traps = Traps()
    obj = traps.make()

    @dataclasses.dataclass
    class Item:
        token: Any
        b: Any = None

    values = [
        Item(obj), ValueError(obj), functools.partial(print, obj, token=obj), types.SimpleNamespace(a=obj),
        collections.deque([obj] * 60), collections.OrderedDict(a=obj), collections.defaultdict(None, {1: obj}),
        collections.Counter({1: obj}), collections.ChainMap({1: obj}), slice(obj, obj), types.MethodType(len, obj),
        types.MappingProxyType({1: obj}), {1: obj}.values(), (obj, "x"), {"token": obj, "password": obj},
    ]  # fmt: skip
    for value in values:
        Capture().value(value)
    assert traps.called == []


def test_the_traps_work() -> None:
    """A trap that is stepped into counts and raises, so the tests above can fail."""
    traps = Traps()
    obj = traps.make()
    for step in (repr, str, hash, bool, len, iter, lambda each: each == 1, lambda each: each.anything):
        with pytest.raises(Sprung):
            step(obj)
    with pytest.raises(Sprung):
        hash(type(obj))
    assert len(traps.called) == 9
    assert len(SPECIAL) > 90


def test_a_lock_of_the_caller_is_not_waited_for() -> None:
    """A value whose methods wait for a lock that is held does not block."""
    lock = threading.Lock()

    class Waiting:
        def __repr__(self) -> str:
            with lock:
                return "late"

        __str__ = __repr__

        def __hash__(self) -> int:
            with lock:
                return 1

    with lock:
        assert Capture().value({"k": Waiting()}) == {"k": Ref("Waiting", 1)}


def test_files_and_iterators_are_not_consumed() -> None:
    """Reading on after capture gives everything."""
    file, numbers, mapped = io.StringIO("abc"), iter([1, 2]), map(str, [1])
    Capture().value([file, numbers, mapped, re.finditer("a", "aa"), enumerate([1])])
    assert (file.read(), list(numbers), list(mapped)) == ("abc", [1, 2], ["1"])


def test_thread_locals_are_not_initialised() -> None:
    """Reading a thread-local object in a new thread would run its ``__init__``."""
    made = []

    @dataclasses.dataclass
    class Local(threading.local):
        a: int = 1

        def __post_init__(self) -> None:
            made.append(threading.get_ident())

    local = Local()
    thread = threading.Thread(target=lambda: Capture().value([local]))
    thread.start()
    thread.join()
    assert made == [threading.get_ident()]


def test_an_object_in_its_finalizer() -> None:
    """An object that is captured in ``__del__`` is described and still freed."""
    seen = []

    class Dying:
        def __del__(self) -> None:
            seen.append(Capture().value(self))

    Dying()
    assert seen == [Ref("Dying", 1)]


def test_a_class_that_is_being_made() -> None:
    """A class is named while its metaclass is not done with it."""
    seen = []

    class Base:
        def __init_subclass__(cls) -> None:
            seen.append(Capture().value(cls))

    class Made(Base):
        pass

    assert seen == [Mark(f"<class {__name__}.test_a_class_that_is_being_made.<locals>.Made>")]
