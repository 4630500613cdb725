"""Modules and classes that exist already: wrapped in place, and put back."""

from __future__ import annotations

import types
from typing import Any

from snapy_instrument.backends.hook.ledger import Ledger
from snapy_instrument.backends.hook.wrapping import (
    held_elsewhere,
    unwrap_everywhere,
    wrap_class,
    wrap_function,
    wrap_module,
)
from snapy_instrument.backends.proxy.proxy import is_proxy
from tests.conftest import Application

SOURCE = """
import functools

def f(x): return x
g = f

@functools.lru_cache
def cached(x): return x

class Owner:
    def method(self): return 1
    also = method
    @property
    def value(self): return 1
    @classmethod
    def make(cls): return cls()
    def __repr__(self): return "owner"
"""


def everything(site: Any) -> bool:
    """Accept every function."""
    return True


def test_one_function_gets_one_proxy(application: Application) -> None:
    """Two names of one function, in a module or a class, hold the same proxy."""
    application.write(shop=SOURCE)
    shop, ledger = application.load("shop"), Ledger()
    wrap_module(shop, everything, ledger, aliases=True)
    assert shop.f is shop.g
    assert shop.Owner.method is shop.Owner.also
    assert is_proxy(shop.f)
    assert ledger.modules == {"shop": "in place"}
    assert ledger.wrapped == {"shop:f", "shop:Owner.method", "shop:Owner.value", "shop:Owner.make"}
    unwrap_everywhere(ledger.wrapped)
    assert type(shop.f) is type(shop.Owner.method) is types.FunctionType


def test_what_cannot_be_wrapped_is_named(application: Application) -> None:
    """A special method, and a function that a decorator keeps."""
    application.write(shop=SOURCE)
    ledger = Ledger()
    wrap_module(application.load("shop"), everything, ledger, aliases=False)
    assert sorted(ledger.refused) == ["shop:Owner.__repr__", "shop:cached"]
    unwrap_everywhere(ledger.wrapped)


def test_only_the_names_given_are_unwrapped(application: Application) -> None:
    """Other functions of the module keep their proxy."""
    application.write(shop=SOURCE)
    shop, ledger = application.load("shop"), Ledger()
    wrap_module(shop, everything, ledger, aliases=False)
    unwrap_everywhere({"shop:f"})
    assert type(shop.f) is types.FunctionType
    assert is_proxy(shop.Owner.method)
    unwrap_everywhere(ledger.wrapped)


def test_a_function_that_is_not_accepted_stays(application: Application) -> None:
    """Neither a proxy is made nor anything noted."""
    application.write(shop=SOURCE)
    shop, ledger = application.load("shop"), Ledger()
    assert wrap_function(shop.f, lambda site: False, ledger) is None
    wrap_class(shop.Owner, lambda site: False, ledger)
    assert ledger == Ledger()
    assert type(shop.Owner.method) is types.FunctionType


def test_a_holder_of_an_original_is_found(application: Application) -> None:
    """A list that a program filled before the hook."""
    application.write(shop=SOURCE)
    shop, ledger = application.load("shop"), Ledger()
    kept = [shop.f]
    wrap_module(shop, everything, ledger, aliases=True)
    assert held_elsewhere(ledger) == {
        "shop:f": "wrapped, but a list holds the original: calls from there pass its proxy by"
    }
    unwrap_everywhere(ledger.wrapped)
    assert kept == [shop.f]
