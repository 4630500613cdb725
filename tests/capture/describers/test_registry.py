"""`register_capture`: descriptions by functions of the user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from snapy_instrument._thread_flags import thread_flags
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.describers.registry import (
    Fields,
    Frames,
    register_capture,
    register_library,
    unregister_capture,
)
from snapy_instrument.values import CYCLE, REDACTED, Mark, Struct
from tests.capture.hostile import Traps


class Money:
    """An amount."""

    def __init__(self, cents: int = 0) -> None:
        self.cents = cents


class Euro(Money):
    """A subclass without a registration of its own."""


@pytest.fixture(autouse=True)
def _unregistered() -> Iterator[None]:
    yield
    for cls in (Money, Euro, Exception):
        unregister_capture(cls)


def described(value: Any) -> Struct:
    """What a registered Money looks like."""
    return Struct("Money", ((None, value),))


def test_a_registered_type_is_described_by_what_its_function_returns() -> None:
    """The result is captured and shown inside the type's name."""
    register_capture(Money, lambda money: {"cents": money.cents})
    assert Capture().value(Money(5)) == described({"cents": 5})


def test_register_is_a_decorator_too() -> None:
    """The decorated function is returned as it is."""

    @register_capture(Money)
    def cents(money: Money) -> int:
        return money.cents

    assert cents(Money(3)) == 3
    assert Capture().value(Money(5)) == described(5)


def test_subclasses_follow_the_nearest_registered_base() -> None:
    """A subclass is described by its base's function, under its own name, until it has one itself."""
    register_capture(Money, lambda money: "base")
    capture = Capture()
    assert capture.value(Euro()) == Struct("Euro", ((None, "base"),))
    register_capture(Euro, lambda euro: "own")
    assert capture.value(Euro()) == Struct("Euro", ((None, "own"),))


def test_a_registration_takes_effect_at_once_and_can_be_taken_back() -> None:
    """Types that were seen before are decided again."""
    capture, money = Capture(), Money(5)
    before = capture.value(money)
    register_capture(Money, lambda money: money.cents)
    assert capture.value(money) == described(5)
    unregister_capture(Money)
    assert capture.value(money) == before


def test_nothing_is_recorded_while_the_function_runs() -> None:
    """The thread is quiet inside the function and not after it."""
    seen = []
    register_capture(Money, lambda money: seen.append(thread_flags().quiet))
    Capture().value(Money())
    assert seen == [1]
    assert thread_flags().quiet == 0


@pytest.mark.parametrize(
    "error", [ValueError, RecursionError, MemoryError, StopIteration, KeyboardInterrupt, SystemExit]
)
def test_what_the_function_raises_becomes_a_mark(error: type[BaseException]) -> None:
    """Neither an Exception nor an exit leaves the function for the program."""

    def fail(money: Money) -> None:
        raise error

    register_capture(Money, fail)
    assert Capture().value([Money(), 1]) == [Mark(f"<capture failed: {error.__name__}>"), 1]
    assert thread_flags().quiet == 0


def test_a_function_that_returns_its_argument_is_a_cycle() -> None:
    """The object is not described inside itself."""
    register_capture(Money, lambda money: money)
    assert Capture().value(Money()) == described(CYCLE)


def test_a_function_that_returns_ever_new_objects_ends() -> None:
    """Descriptions without end are cut at the depth limit, with a bounded number of calls."""
    calls = []
    register_capture(Money, lambda money: calls.append(1) or Money())  # type: ignore[func-returns-value]
    assert repr(Capture().value(Money())).startswith("Money(Money(Money(Money(Money(Money(<too deep #")
    assert len(calls) < 1000


def test_a_function_that_recurses_is_a_mark() -> None:
    """Running out of stack in the function is its failure."""

    def deeper(money: Money) -> Any:
        return deeper(money)

    register_capture(Money, deeper)
    assert Capture().value(Money()) == Mark("<capture failed: RecursionError>")


def test_results_are_redacted() -> None:
    """What the function returns passes through the same redaction."""
    register_capture(Money, lambda money: {"password": "x", "note": "Bearer abcdefgh1"})
    assert Capture().value(Money()) == described({"password": REDACTED, "note": "Bearer <redacted>"})


def test_a_registered_exception_keeps_its_type_name() -> None:
    """An exception is described by the function registered for a base of it."""
    register_capture(Exception, lambda error: "gone")
    info, value = Capture().exception(KeyError("k"))
    assert info == ("KeyError", "gone")
    assert value == Struct("KeyError", ((None, "gone"),))


@pytest.mark.parametrize("cls", [3, None, Money()])
def test_only_classes_are_registered(cls: Any) -> None:
    """Something else is a TypeError that names its type."""
    name = type(cls).__name__
    with pytest.raises(TypeError, match=f"expected a class, its name or a function, not an object of type {name}"):
        register_capture(cls, lambda obj: obj)
    with pytest.raises(TypeError, match="expected a class"):
        unregister_capture(cls)


@pytest.mark.parametrize("name", ["Money", "", ".", "a.", "a b.C", "shop.Money()"])
def test_a_name_has_its_module(name: str) -> None:
    """A text that names no class of a module is a TypeError."""
    with pytest.raises(TypeError, match="expected the name of a class"):
        register_capture(name, lambda obj: obj)


def test_fields_have_names() -> None:
    """Parts are positional or named, and a part named like a secret is hidden."""
    register_capture(Money, lambda money: Fields(money.cents, currency="EUR", password="x"))
    assert repr(Capture().value(Money(5))) == "Money(5, currency='EUR', password=<redacted>)"
    assert repr(Fields(1, currency="EUR")) == "<Fields _, currency>"


def test_not_implemented_leaves_the_object_alone() -> None:
    """The description is the one that the object has without the function."""
    capture, money = Capture(), Money()
    before = capture.value(money)
    register_capture(Money, lambda money: NotImplemented)
    assert capture.value(money) == before


def test_a_class_is_found_by_its_name() -> None:
    """Subclasses too; a class of the same name elsewhere is not."""
    register_capture(f"{__name__}.Money", lambda money: "named")
    other = type("Money", (), {"__module__": __name__})
    try:
        assert [repr(Capture().value(each)) for each in (Money(), Euro(), other())] == [
            "Money('named')",
            "Euro('named')",
            "<Money#1>",
        ]
    finally:
        unregister_capture(f"{__name__}.Money")
    assert repr(Capture().value(Money())) == "<Money#1>"


def test_a_class_is_found_by_a_test() -> None:
    """The test takes each class once; one that raises finds nothing."""
    asked: list[type] = []

    def has_cents(kind: type) -> bool:
        asked.append(kind)
        return kind.__dict__["has_cents"] is True

    paid = type("Paid", (), {"has_cents": True})
    register_capture(has_cents, lambda obj: "paid")
    try:
        assert [repr(Capture().value(each)) for each in (paid(), paid(), Money())] == [
            "Paid('paid')",
            "Paid('paid')",
            "<Money#1>",
        ]
        assert (asked.count(paid), asked.count(Money)) == (1, 1)
    finally:
        unregister_capture(has_cents)


@pytest.mark.parametrize("frames", ["shape", "head", "full"])
def test_a_function_takes_the_setting(frames: Frames) -> None:
    """With ``frames=True`` the function takes the tracer's option, inside containers and in digests too."""
    register_capture(Money, lambda money, setting: setting, frames=True)
    assert Capture(frames=frames).value([Money()]) == [described(frames)]
    deep: Any = [[[[[[[Money()]]]]]]]
    assert (Capture(frames=frames).value(deep) == Capture().value(deep)) is (frames == "shape")


def test_functions_of_users_come_first() -> None:
    """A library's function is used where the user has none, and can be dropped."""
    register_library(f"{__name__}.Euro")(lambda euro: "library")
    assert Capture().value(Euro()) == Struct("Euro", ((None, "library"),))
    register_capture(Money, lambda money: "user")
    assert Capture().value(Euro()) == Struct("Euro", ((None, "user"),))
    unregister_capture(Money)
    unregister_capture(f"{__name__}.Euro")
    assert repr(Capture().value(Euro())) == "<Euro#1>"


def test_a_library_function_that_fails_leaves_type_and_identity() -> None:
    """An object that is half made, or of a version that is not known, is none of the program's failures."""

    @register_library(f"{__name__}.Euro")
    def fail(euro: Euro) -> None:
        raise AttributeError

    try:
        assert repr(Capture().value([Euro(), 1])) == "[<Euro#1>, 1]"
    finally:
        unregister_capture(f"{__name__}.Euro")


def test_a_description_must_be_callable() -> None:
    """Something that cannot be called is a TypeError that names its type."""
    with pytest.raises(TypeError, match="fn must be callable, not int"):
        register_capture(Money, 3)  # type: ignore[call-overload]


@pytest.mark.parametrize("cls", [int, str, list, dict, type(None), frozenset])
def test_values_captured_as_they_are_cannot_be_registered(cls: type) -> None:
    """A registration that would never be asked is an error."""
    with pytest.raises(TypeError, match="is captured by value"):
        register_capture(cls, lambda obj: obj)


def test_hostile_classes_are_registered_without_their_code() -> None:
    """A class whose metaclass traps hashing and comparing is registered and found."""
    traps = Traps()
    obj = traps.make()
    register_capture(type(obj), lambda each: "known")
    try:
        assert Capture().value(obj) == Struct("Hostile", ((None, "known"),))
    finally:
        unregister_capture(type(obj))
    assert not traps.called
