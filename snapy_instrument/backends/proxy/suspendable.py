"""Hooked functions whose calls run in steps: generator, coroutine and async generator functions.

Nothing is put in the place of the object that such a function returns. A frame backend records the steps, by the events
of the function's code object; which code objects these are is kept here. A code object is registered at the first call
through a proxy, whether a tracer is active or not: it may be made before a tracer starts and run its first step later.
"""

from __future__ import annotations

__all__ = ["SUSPENDS", "SuspendableCode", "suspendable_code"]

import weakref
from collections.abc import Callable, Iterator
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from types import CodeType

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.recording.sites import Site

keep_builtins(globals())

SUSPENDS = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
"""The flags of code whose frames can be suspended."""


class SuspendableCode:
    """The code objects of hooked suspendable functions. One instance serves the process: `suspendable_code`.

    Attributes:
        registered: Called with each new code object and its site, while somebody records.
        prepare_thread: Called at each call of a hooked suspendable function, where steps can only be seen in threads
            that were prepared; else None.
    """

    def __init__(self) -> None:
        self.registered: Callable[[CodeType, Site], None] | None = None
        self.prepare_thread: Callable[[], None] | None = None
        # By id: code objects are equal if their contents are.
        self._sites: dict[int, tuple[weakref.ref[CodeType], weakref.ref[Site]]] = {}

    def register(self, code: CodeType, site: Site) -> None:
        """Record the steps of ``code``, which a proxy of ``site`` is about to call. A second call does nothing."""
        key = id(code)
        if self.site_of(code) is site:
            return
        self._sites[key] = (weakref.ref(code, lambda dead: self._drop(key, dead)), weakref.ref(site))
        if self.registered is not None:
            self.registered(code, site)

    def site_of(self, code: CodeType) -> Site | None:
        """Return the site of a registered code object; None for any other."""
        known = self._sites.get(id(code))
        # An id is given out again before the callback of the dead reference has run.
        return known[1]() if known is not None and known[0]() is code else None

    def __iter__(self) -> Iterator[tuple[CodeType, Site]]:
        for code_reference, site_reference in list(self._sites.values()):
            code, site = code_reference(), site_reference()
            if code is not None and site is not None:
                yield code, site

    def _drop(self, key: int, dead: weakref.ref[CodeType]) -> None:
        known = self._sites.get(key)
        if known is not None and known[0] is dead:
            del self._sites[key]


suspendable_code = SuspendableCode()
