"""What is known of a function before it is called."""

from __future__ import annotations

import functools
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from snapy_instrument.recording.sites import (
    NO_DEFAULT,
    Kind,
    Site,
    functions_behind,
    site_of_code,
    site_of_function,
)


def every(a: int, b: int = 2, /, c: int = 3, *rest: int, d: int, e: int = 5, **more: int) -> None:
    """A function with a parameter of every kind."""


def numbers() -> Iterator[int]:
    """A generator function."""
    yield 1


async def waits() -> None:
    """A coroutine function."""


async def stream() -> AsyncIterator[int]:
    """An async generator function."""
    yield 1


class Built:
    """A class with a constructor and a hash."""

    def __init__(self) -> None:
        self.value = 1

    def __hash__(self) -> int:
        return 1


def site_of(function: Any) -> Site:
    """Return the site of ``function``."""
    return site_of_function(function)


def test_parameters_are_in_the_order_of_the_signature() -> None:
    """``*rest`` and ``**more`` without stars, and where they are."""
    site = site_of(every)
    assert site.parameters == ("a", "b", "c", "rest", "d", "e", "more")
    assert site.stars == (3, 6)


def test_defaults_stand_beside_their_parameters() -> None:
    """`NO_DEFAULT` where there is none."""
    assert site_of(every).defaults == (NO_DEFAULT, 2, 3, (), NO_DEFAULT, 5, {})


def test_a_nested_function_has_no_defaults() -> None:
    """A frame does not say which function it runs, and each one may have its own."""

    def inner(number: int = 7) -> int:
        return number

    assert site_of(inner).defaults == (NO_DEFAULT,)


@pytest.mark.parametrize(
    ("function", "kind"),
    [(every, Kind.PLAIN), (numbers, Kind.GENERATOR), (waits, Kind.COROUTINE), (stream, Kind.ASYNC_GENERATOR)],
)
def test_the_kind_is_read_off_the_code(function: Any, kind: Kind) -> None:
    """Four kinds of calls."""
    assert site_of(function).kind is kind


def test_only_positional_parameters_have_an_arity() -> None:
    """The quick way to bind takes these alone."""
    assert (site_of(site_of).arity, site_of(every).arity) == (1, -1)


def test_constructors_and_hashes_are_marked() -> None:
    """Objects under construction are not inspected, hashes differ from process to process."""
    construct, hashes = site_of(Built.__init__), site_of(Built.__hash__)
    assert (construct.constructs, construct.hashes) == (True, False)
    assert (hashes.constructs, hashes.hashes) == (False, True)


def test_a_function_has_one_site() -> None:
    """Proxies and frames of one code object share it."""
    code: Any = every.__code__
    assert site_of(every) is site_of_code(code, globals(), lambda site: False)


def test_code_that_nobody_wants_has_no_site() -> None:
    """Its function is not looked for."""
    code: Any = numbers.__code__.replace(co_name="others")
    assert site_of_code(code, globals(), lambda site: False) is None


def test_a_site_does_not_keep_its_function() -> None:
    """A trace keeps the code alone."""
    namespace: dict[str, Any] = {"__name__": "shop"}
    exec("def gone(number=1): pass", namespace)
    site = site_of(namespace["gone"])
    assert site.defaults == (1,)
    del namespace["gone"]
    gc.collect()
    assert site.function() is None
    assert site.defaults == (NO_DEFAULT,)


def test_functions_are_found_behind_wrappers() -> None:
    """Without calling a property."""
    function: Any = every
    for wrapped in (every, staticmethod(every), functools.lru_cache(every), property(function)):
        assert every in list(functions_behind(wrapped, 4))
