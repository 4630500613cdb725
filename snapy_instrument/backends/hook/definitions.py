"""Functions as they are defined: `announced` receives each one that hooked code defines and returns its proxy.

While a hooked module runs, its functions are known by their globals. Functions that its functions define later, again
and again, are known by their code: an entry for each, made when the function around it is defined.
"""

from __future__ import annotations

__all__ = ["Definitions", "announced"]

import weakref
from types import CodeType, FunctionType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.hook.ledger import Accepts, Ledger, allowed
from snapy_instrument.backends.proxy.proxy import make_proxy
from snapy_instrument.recording.sites import Site, site_of_function

keep_builtins(globals())


class Definitions:
    """The functions of one module: which of them get a proxy."""

    __slots__ = ("_accepts", "_before", "_ledger")

    def __init__(self, accepts: Accepts, ledger: Ledger) -> None:
        self._accepts = accepts
        self._ledger = ledger
        self._before: Definitions | None = None

    def begin(self, namespace: dict[str, Any]) -> None:
        """Receive the functions whose globals are ``namespace``, until `end`."""
        key = id(namespace)
        # A module that reloads itself runs twice in one namespace.
        self._before = _running.get(key)
        _running[key] = self

    def end(self, namespace: dict[str, Any]) -> None:
        """Receive them no longer."""
        if self._before is None:
            _running.pop(id(namespace), None)
        else:
            _running[id(namespace)] = self._before

    def site_of(self, function: FunctionType) -> Site | None:
        """Return the site of ``function``, None where it gets no proxy."""
        _remember_inner(function.__code__, self)
        if not self._ledger.active:
            return None
        site = site_of_function(function)
        return site if allowed(site, self._accepts, self._ledger) else None

    def still_wraps(self, site: Site) -> bool:
        """Return whether the hook, or one that outlived it, still wraps the function of ``site``."""
        ledger = self._ledger
        return ledger.active or ledger.wraps(f"{site.module}:{site.qualname}")


class _Inner:
    """A function that a function defines, decided at its first definition."""

    __slots__ = ("code", "decided", "definitions", "site")

    def __init__(self, code: CodeType, definitions: Definitions) -> None:
        self.code = code
        self.definitions = definitions
        self.decided = False
        self.site: Site | None = None


# By id: code is compared by all that is in it. An entry of `_inner` lives as long as the code around it, which holds
# the entry's code, so no id is given out again meanwhile, and no code lives longer than without us.
_inner: dict[int, _Inner] = {}
_around: dict[int, weakref.ref[CodeType]] = {}
_running: dict[int, Definitions] = {}


def announced(function: FunctionType) -> Any:
    """Return the proxy of ``function``, which is just being defined, or ``function`` itself."""
    try:
        inner = _inner.get(id(function.__code__))
        if inner is None:
            definitions = _running.get(id(function.__globals__))
            site = None if definitions is None else definitions.site_of(function)
        else:
            definitions = inner.definitions
            # Decided once: a function may define another one a million times.
            if not inner.decided:
                inner.site = definitions.site_of(function)
                inner.decided = True
            site = inner.site
        if definitions is None or site is None or not definitions.still_wraps(site):
            return function
        return make_proxy(function, site)
    except Exception:  # no memory, or no stack, for us
        return function


def _remember_inner(around: CodeType, definitions: Definitions) -> None:
    """Make the entries of the functions that the code ``around`` them defines, in its class bodies too."""
    key = id(around)
    # The function around it is defined again; the code is the same, and so are the entries.
    if key in _around:
        return
    found = _functions_in(around)
    if not found:
        return
    keys = [id(code) for code in found]

    def forget(reference: object) -> None:
        _around.pop(key, None)
        for each in keys:
            _inner.pop(each, None)

    _around[key] = weakref.ref(around, forget)
    for code in found:
        _inner[id(code)] = _Inner(code, definitions)


def _functions_in(code: CodeType) -> list[CodeType]:
    found: list[CodeType] = []
    for each in code.co_consts:
        if type(each) is not CodeType:
            continue
        # From 3.12 on a function with type parameters is inside code called "<generic parameters of ...>".
        if each.co_flags & _OPTIMIZED and not each.co_name.startswith("<"):
            found.append(each)
        else:
            found += _functions_in(each)
    return found


_OPTIMIZED = 1  # inspect.CO_OPTIMIZED: a function, not a class body
