"""`traced`: what it takes, and whom it records for."""

from __future__ import annotations

import functools
import sys
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, install_hook, traced
from tests.conftest import Application

NOTHING = ["no_module_at_all"]


@traced
def plain(number: int) -> int:
    """A traced function."""
    return number + 1


@traced()
def with_parentheses() -> None:
    """A traced function, with parentheses."""


@traced
class Account:
    """A traced class."""

    def __init__(self, balance: int) -> None:
        self.balance = balance

    @property
    def doubled(self) -> int:
        """Twice the balance."""
        return self.balance * 2

    @staticmethod
    def currency() -> str:
        """The currency."""
        return "EUR"

    @classmethod
    def empty(cls) -> Account:
        """An account without money."""
        return cls(0)

    def __repr__(self) -> str:
        return "account"

    class Entry:
        """An inner class."""

        def amount(self) -> int:
            """Its amount."""
            return 1


class Parts:
    """Members decorated one by one, above and below other decorators."""

    @traced
    @staticmethod
    def above() -> int:
        """A static method under traced."""
        return 1

    @classmethod
    @traced
    def below(cls) -> int:
        """A class method over traced."""
        return 2

    @traced  # type: ignore[prop-decorator]
    @property
    def value(self) -> int:
        """A property under traced."""
        return 3


def names(tracer: FunctionTracer) -> list[str]:
    """Qualified names of a tracer's calls."""
    return [event.qualname for event in tracer.trace]


def test_it_is_recorded_whatever_a_tracer_includes() -> None:
    """A tracer whose patterns match nothing still records a traced function."""
    with FunctionTracer(NOTHING, backend="proxy") as tracer:
        assert plain(1) == 2
        with_parentheses()
    assert names(tracer) == ["plain", "with_parentheses"]


def test_an_exclude_still_wins() -> None:
    """A tracer that excludes the function does not record it."""
    with FunctionTracer([f"!{__name__}:plain"], backend="proxy") as tracer:
        plain(1)
    assert names(tracer) == []


def test_without_a_tracer_it_passes_straight_through() -> None:
    """Outside a tracer the function works and keeps its identity for inspection."""
    assert plain(1) == 2
    assert plain.__name__ == "plain"


def test_a_class_is_traced_as_a_whole() -> None:
    """Methods, properties, static and class methods and inner classes are recorded; __repr__ is left alone."""
    with FunctionTracer(NOTHING, backend="proxy") as tracer:
        account = Account.empty()
        assert (account.doubled, Account.currency(), Account.Entry().amount(), repr(account)) == (
            0,
            "EUR",
            1,
            "account",
        )
    assert names(tracer) == [
        "Account.empty",
        "Account.__init__",
        "Account.doubled",
        "Account.currency",
        "Account.Entry.amount",
    ]


def test_it_works_above_and_below_other_decorators() -> None:
    """Static methods, class methods and properties may stand on either side."""
    with FunctionTracer(NOTHING, backend="proxy") as tracer:
        assert (Parts.above(), Parts.below(), Parts().value) == (1, 2, 3)
    assert names(tracer) == ["Parts.above", "Parts.below", "Parts.value"]


def test_one_call_once_with_a_hook(application: Application) -> None:
    """A traced function in a hooked module has one proxy and gives one call."""
    application.write(app="from snapy_instrument import traced\n@traced\ndef f():\n    return 1\n")
    with install_hook(["app"]):
        app = application.load("app")
        with FunctionTracer(["app"]) as tracer:
            app.f()
    assert names(tracer) == ["f"]


@pytest.mark.parametrize("backend", ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])])
def test_one_call_once_with_a_frame_backend(backend: Any) -> None:
    """A traced function whose module a frame backend covers gives one call."""
    with FunctionTracer([__name__], backend=backend) as tracer:
        plain(1)
    assert [(event.event_type, event.backend) for event in tracer.events] == [("call", "proxy"), ("return", "proxy")]


@pytest.mark.parametrize("target", [len, functools.partial(plain, 1), 3])
def test_what_is_no_python_function_is_refused(target: Any) -> None:
    """A TypeError names the thing and what to do."""
    with pytest.raises(TypeError, match="is not a function, method, property or class written in Python; put @traced"):
        traced(target)


def test_a_function_that_looks_at_frames_is_refused() -> None:
    """A TypeError says why it cannot have a proxy."""

    def caller() -> Any:
        return sys._getframe(1)

    with pytest.raises(TypeError, match="caller cannot have a proxy: looks at the frames of its callers"):
        traced(caller)
