"""Whether an exception that arrives in our code is the program's or ours."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType

import pytest

from snapy_instrument._signals import is_programs


class Timeout(Exception):
    """What the handlers raise."""


def raising(number: int, frame: FrameType | None) -> None:
    """A handler."""
    raise Timeout


class Handler:
    """A handler as a method and as an object that can be called."""

    def method(self, number: int, frame: FrameType | None) -> None:
        """A handler."""
        raise Timeout

    __call__ = method


@pytest.fixture
def restored() -> Iterator[None]:
    """The handler of SIGUSR1 is the test's for its time."""
    before = signal.getsignal(signal.SIGUSR1)
    yield
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("handler", [raising, Handler().method, Handler(), partial(raising)])
def test_an_exception_of_a_signal_handler_is_the_programs(handler: Callable[..., None]) -> None:
    """Whatever kind of function the handler is."""
    signal.signal(signal.SIGUSR1, handler)
    with pytest.raises(Timeout) as caught:
        signal.raise_signal(signal.SIGUSR1)
    assert is_programs(caught.value)


@pytest.mark.usefixtures("restored")
def test_an_exception_of_a_function_that_handles_no_signal_is_ours() -> None:
    """The same function, called by us."""
    signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    with pytest.raises(Timeout) as caught:
        raising(1, None)
    assert not is_programs(caught.value)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_no_exception_of_ours_is_the_programs(kind: type[BaseException]) -> None:
    """Our code raises none of these."""
    assert is_programs(kind())


@pytest.mark.parametrize("kind", [MemoryError, RecursionError, AttributeError])
def test_an_error_without_a_traceback_is_ours(kind: type[Exception]) -> None:
    """Such as the native twin raises."""
    assert not is_programs(kind())
