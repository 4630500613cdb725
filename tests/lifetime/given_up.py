"""Calls whose callee gives up its arguments, each in a way of its own to pass them.

`outcomes` runs them and returns, for each, how many things were dead when the callee had given up what it got, and how
many after the call.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable, Iterator
from typing import Any

DEAD: list[object] = []


class Thing:
    """Its death is counted."""

    def __del__(self) -> None:
        DEAD.append(None)

    def give_up_self(self) -> int:
        """Give up ``self``."""
        del self
        return len(DEAD)


def give_up(thing: Any, number: int = 1) -> int:
    """Give up the first argument."""
    del thing
    return len(DEAD)


def give_up_both(one: Any, two: Any) -> tuple[int, int]:
    """Give up one after the other."""
    del one
    dead = len(DEAD)
    del two
    return dead, len(DEAD)


def give_up_rest(*things: Any) -> int:
    """Give up whatever there is."""
    del things
    return len(DEAD)


def give_up_named(**things: Any) -> int:
    """Give up whatever is given by name."""
    del things
    return len(DEAD)


def give_up_with_its_holder(thing: Any, holder: list[Any]) -> int:
    """Give up an argument that a list holds as well."""
    del thing
    holder.clear()
    return len(DEAD)


def give_up_and_raise(thing: Any) -> None:
    """Give up the argument and raise."""
    del thing
    raise KeyError(len(DEAD))


def give_up_and_catch(thing: Any) -> int:
    """Give up the argument where an exception is caught."""
    try:
        raise ValueError
    except ValueError:
        del thing
        return len(DEAD)


def give_up_and_yield(thing: Any) -> Iterator[int]:
    """Give up the argument in the first step."""
    del thing
    yield len(DEAD)


async def give_up_awaited(thing: Any) -> int:
    """Give up the argument in a coroutine."""
    del thing
    return len(DEAD)


class Shelf:
    """Methods of each kind."""

    def method(self, thing: Any) -> int:
        """Give up the argument."""
        del thing
        return len(DEAD)

    @classmethod
    def of_class(cls, thing: Any) -> int:
        """Give up the argument."""
        del thing
        return len(DEAD)

    @staticmethod
    def static(thing: Any) -> int:
        """Give up the argument."""
        del thing
        return len(DEAD)


def calls() -> dict[str, Callable[[], Any]]:
    """Return the ways to pass a thing that nobody else holds."""
    shelf = Shelf()
    bound, by_partial, run = shelf.method, functools.partial(give_up), contextvars.copy_context().run
    thing: Any = Thing
    listed: Any = give_up

    def twice() -> Any:
        held = [Thing()]
        return give_up_both(held[0], held.pop())

    def with_a_holder() -> Any:
        held = [Thing()]
        return give_up_with_its_holder(held[0], held)

    return {
        "function": lambda: give_up(Thing()),
        "by name": lambda: give_up(thing=Thing()),
        "by name in another order": lambda: give_up(number=2, thing=Thing()),
        "both": lambda: give_up_both(Thing(), Thing()),
        "one object twice": twice,
        "held by a list": with_a_holder,
        "rest": lambda: give_up_rest(1, Thing(), 2),
        "named": lambda: give_up_named(one=Thing()),
        "raise": lambda: give_up_and_raise(Thing()),
        "catch": lambda: give_up_and_catch(Thing()),
        "generator": lambda: next(give_up_and_yield(Thing())),
        "coroutine": lambda: asyncio.run(give_up_awaited(Thing())),
        "method": lambda: shelf.method(Thing()),
        "bound method": lambda: bound(Thing()),
        "class method": lambda: Shelf.of_class(Thing()),
        "static method": lambda: Shelf.static(Thing()),
        "self": lambda: Thing().give_up_self(),
        "map": lambda: list(map(listed, [Thing()])),
        "partial": lambda: by_partial(Thing()),
        "partial that holds it": lambda: functools.partial(give_up, Thing())(),
        "partial that holds one": lambda: functools.partial(give_up_both, Thing())(Thing()),
        "partial of a method": lambda: functools.partial(shelf.method)(Thing()),
        "context": lambda: run(give_up, Thing()),
        "context and method": lambda: run(shelf.method, Thing()),
        "missing": lambda: give_up_both(Thing(), *[]),
        "too many": lambda: listed(Thing(), 1, 2),
        "unknown name": lambda: listed(Thing(), unknown=thing()),
        "no thing": lambda: give_up(None),
    }


def outcomes() -> dict[str, Any]:
    """Return what each call says and how many were dead after it."""
    found: dict[str, Any] = {}
    # More than once: the interpreter runs an instruction otherwise when it has seen what it calls.
    for _ in range(12):
        for name, call in calls().items():
            DEAD.clear()
            try:
                inside = call()
            except (KeyError, TypeError) as error:
                inside = str(error)
            assert found.setdefault(name, (inside, len(DEAD))) == (inside, len(DEAD)), name
    return found
