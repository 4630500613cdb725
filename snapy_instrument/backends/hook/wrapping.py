"""Proxies in place of the functions of modules and classes that exist already, and the originals put back."""

from __future__ import annotations

__all__ = ["held_elsewhere", "unwrap_everywhere", "wrap_class", "wrap_function", "wrap_module"]

import gc
import sys
from collections.abc import Callable, Iterator
from types import FrameType, FunctionType, ModuleType
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.hook.eligibility import is_delicate_class
from snapy_instrument.backends.hook.ledger import Accepts, Ledger, allowed
from snapy_instrument.backends.proxy.proxy import CallProxy, is_proxy, make_proxy
from snapy_instrument.recording.sites import functions_behind, site_of_function

keep_builtins(globals())


def wrap_function(function: FunctionType, accepts: Accepts, ledger: Ledger) -> CallProxy | None:
    """Return a proxy for ``function``, None where it may have none."""
    site = site_of_function(function)
    return make_proxy(function, site) if allowed(site, accepts, ledger) else None


class _InPlace:
    """The proxies of one module or class: one for each function object, whatever its number of names."""

    def __init__(self, accepts: Accepts, ledger: Ledger) -> None:
        self._accepts = accepts
        self._ledger = ledger
        self.proxies: dict[int, tuple[FunctionType, CallProxy]] = {}
        self._seen: set[int] = set()

    def proxy_of(self, function: Any) -> Any:
        if type(function) is not FunctionType:
            return None
        known = self.proxies.get(id(function))
        if known is not None:
            return known[1]
        proxy = wrap_function(function, self._accepts, self._ledger)
        if proxy is not None:
            self.proxies[id(function)] = (function, proxy)
        return proxy

    def wrap_class(self, owner: type, module: str) -> None:
        if id(owner) in self._seen:
            return
        self._seen.add(id(owner))
        members = _raw.class_namespace(owner)
        delicate = is_delicate_class(owner)
        for name, value in list(members.items()):
            if _is_class(value) and _raw_module(value) == module:
                self.wrap_class(value, module)
            elif not (delicate and name.startswith("__")):
                self._wrap_member(owner, name, value)

    def _wrap_member(self, owner: type, name: str, value: Any) -> None:
        kind = type(value)
        if kind is FunctionType:
            proxy = self.proxy_of(value)
            if proxy is not None:
                _set_class_attribute(owner, name, proxy)
        elif kind is staticmethod or kind is classmethod:
            proxy = self.proxy_of(value.__func__)
            if proxy is not None:
                # The same object with another function in it: its identity, and whoever holds it, stay.
                value.__init__(proxy)
        elif kind is property:
            parts = [self.proxy_of(part) or part for part in (value.fget, value.fset, value.fdel)]
            if any(is_proxy(part) for part in parts):
                _remake_property(owner, name, value, parts)
        else:
            self.note_hidden(value, _raw_module(owner))

    def note_hidden(self, value: Any, module: str) -> None:
        """Note the functions of ``module`` that only a decorator's result, ``value``, holds."""
        for function in functions_behind(value, 4):
            if function.__globals__.get("__name__") == module and id(function) not in self.proxies:
                site = site_of_function(function)
                if self._accepts(site):
                    self._ledger.refused[f"{module}:{site.qualname}"] = "kept by a decorator that ran before the hook"


def held_elsewhere(ledger: Ledger) -> dict[str, str]:
    """Return functions wrapped in place whose originals something besides their proxy still holds, with the reason."""
    originals = {id(function): function for function in ledger.originals}
    found: dict[str, str] = {}
    asked = tuple(originals.values())
    ours = {id(ledger.originals), id(originals), id(asked)}
    # Asked for all originals at once: each question goes through all objects of the process.
    for holder in gc.get_referrers(*asked):
        kind = type(holder)
        if is_proxy(holder) or kind is FrameType or id(holder) in ours:
            continue
        if kind is dict and "_self_site" in holder:  # a proxy's own
            continue
        for held in gc.get_referents(holder):
            if id(held) in originals:
                site = site_of_function(held)
                reason = f"wrapped, but a {kind.__name__} holds the original: calls from there pass its proxy by"
                found[f"{site.module}:{site.qualname}"] = reason
    return found


def wrap_module(module: ModuleType, accepts: Accepts, ledger: Ledger, *, aliases: bool) -> None:
    """Wrap the functions and classes that ``module`` defines, in place.

    With ``aliases``, names bound to the same functions in other modules (``from x import f``) follow.
    """
    work = _InPlace(accepts, ledger)
    namespace = module.__dict__
    name = namespace.get("__name__", module.__name__)
    for key, value in list(namespace.items()):
        # A function that was imported belongs to another module, which the patterns may leave out.
        if type(value) is FunctionType and value.__globals__ is namespace:
            namespace[key] = work.proxy_of(value) or value
        elif _is_class(value):
            if _raw_module(value) == name:
                work.wrap_class(value, name)
        else:
            work.note_hidden(value, name)
    ledger.originals.extend(function for function, _ in work.proxies.values())
    ledger.modules[name] = "in place"
    if aliases and work.proxies:
        _replace_in_modules(lambda value: _known_proxy(work.proxies, value))


def wrap_class(owner: type, accepts: Accepts, ledger: Ledger) -> None:
    """Wrap the functions of ``owner`` and of the classes inside it, in place."""
    _InPlace(accepts, ledger).wrap_class(owner, _raw_module(owner))


def unwrap_everywhere(names: set[str]) -> None:
    """Put the originals back for all proxies of sites ``module:qualname`` in ``names``, in every module."""

    def original(value: Any) -> Any:
        if is_proxy(value) and _site_name(value) in names:
            return value._self_function
        return None

    _replace_in_modules(original)
    modules = {name.partition(":")[0] for name in names}
    seen: set[int] = set()
    for module in _plain_modules():
        if module.__dict__.get("__name__") in modules:
            for value in list(module.__dict__.values()):
                _unwrap_class(value, original, modules, seen)


def _unwrap_class(value: Any, original: Callable[[Any], Any], modules: set[str], seen: set[int]) -> None:
    if not _is_class(value) or id(value) in seen or _raw_module(value) not in modules:
        return
    seen.add(id(value))
    for name, member in list(_raw.class_namespace(value).items()):
        kind = type(member)
        if is_proxy(member):
            plain = original(member)
            if plain is not None:
                _set_class_attribute(value, name, plain)
        elif kind is staticmethod or kind is classmethod:
            plain = original(member.__func__)
            if plain is not None:
                member.__init__(plain)
        elif kind is property:
            parts = [original(part) or part for part in (member.fget, member.fset, member.fdel)]
            _remake_property(value, name, member, parts)
        else:
            _unwrap_class(member, original, modules, seen)


def _remake_property(owner: type, name: str, value: property, parts: list[Any]) -> None:
    # A second __init__ keeps the property's identity. The docstring is passed because the getter's may differ. It also
    # clears the name that error messages show, so the name is set again.
    value.__init__(parts[0], parts[1], parts[2], value.__doc__)  # type: ignore[misc]
    value.__set_name__(owner, name)  # type: ignore[attr-defined]


def _set_class_attribute(owner: type, name: str, value: Any) -> None:
    # Not setattr: a metaclass may define its own, and would then run code of the program.
    type.__setattr__(owner, name, value)


def _is_class(value: Any) -> bool:
    return _raw.inherits(type(value), type)


def _raw_module(owner: type) -> str:
    name = _raw.class_namespace(owner).get("__module__")
    return name if type(name) is str else ""


def _site_name(proxy: CallProxy) -> str:
    site = proxy._self_site
    return f"{site.module}:{site.qualname}"


def _known_proxy(proxies: dict[int, tuple[FunctionType, CallProxy]], value: Any) -> Any:
    known = proxies.get(id(value))
    return known[1] if known is not None and known[0] is value else None


def _plain_modules() -> Iterator[ModuleType]:
    """Yield the modules whose names can be read without loading a lazy one."""
    for module in list(sys.modules.values()):
        # `isinstance` wakes lazy modules: in django's own suite 3,813 outcomes changed by that and two other causes.
        if type(module) is ModuleType:
            yield module


def _replace_in_modules(replacement: Callable[[Any], Any]) -> None:
    for module in _plain_modules():
        namespace = module.__dict__
        for key, value in list(namespace.items()):
            new = replacement(value)
            if new is not None:
                namespace[key] = new
