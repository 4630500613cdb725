"""The proxies that replace wrapped functions.

A proxy has the attributes of its function and costs one frame a call, natively none. With no tracer active it passes
straight through. It differs from its function in its type alone: ``type(f) is FunctionType``.
"""

from __future__ import annotations

__all__ = ["CallProxy", "is_proxy", "make_proxy"]

import sys
from copy import copy
from functools import cache, partial
from types import CodeType, FunctionType, MethodType
from typing import Any

import wrapt

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import thread_flags
from snapy_instrument._twins import native_part, pure_twin, twinned
from snapy_instrument.backends.base import OWN_FILENAME
from snapy_instrument.backends.proxy.binding import bind
from snapy_instrument.backends.proxy.suspendable import suspendable_code
from snapy_instrument.backends.proxy.wrapt_face import OWN_NAMES, Face, Namespace, face
from snapy_instrument.recording.sink import proxied, withdraw
from snapy_instrument.recording.sites import Kind, Site

keep_builtins(globals())


@twinned
class CallProxy(face(wrapt.FunctionWrapper)):  # type: ignore[misc]
    """A proxy that has the attributes of its function and reports its calls to the active tracers."""

    # wrapt keeps nothing of ours: its __init__ is not called.
    __slots__ = ("_self_function", "_self_site", "_self_unwrapped")

    def __init__(self, function: FunctionType, site: Site) -> None:
        self._self_function = function
        self._self_site = site
        self._self_unwrapped = False
        _set_namespace(self, function.__dict__)

    @property
    def __wrapped__(self) -> Any:
        # wrapt promises the function here. What functools.wraps wrote on the function comes first, and once the program
        # has deleted that, there is nothing, as on a function.
        function = self._self_function
        found = function.__dict__.get("__wrapped__", function)
        if found is function and self._self_unwrapped:
            raise AttributeError("'function' object has no attribute '__wrapped__'")
        return found

    def __getattribute__(self, name: str) -> Any:
        return _own(self, name) if name in OWN_NAMES else getattr(_own(self, "_self_function"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _OWN_FIELDS:
            _set_own(self, name, value)
            return
        function = self._self_function
        setattr(function, name, value)
        if name == "__dict__":
            _set_namespace(self, value)

    def __delattr__(self, name: str) -> None:
        function = self._self_function
        delattr(function, name)
        if name == "__wrapped__":
            self._self_unwrapped = True

    def __eq__(self, other: object) -> Any:
        # Equal to its function: what held the function before it was wrapped in place finds it by the proxy.
        function = self._self_function
        if other is self or other is function or (is_proxy(other) and _own(other, "_self_function") is function):
            return True
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._self_function)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the function; record the call if a tracer wants it."""
        __tracebackhide__ = True
        function = _own(self, "_self_function")
        sink = proxied.sink
        if sink is None:
            try:
                return function(*args, **kwargs)
            finally:
                del args, kwargs  # a traceback keeps this frame
        call = None
        values: Any = None
        try:
            site = _own(self, "_self_site")
            values = args
            # Most calls are positional and complete, so their arguments are in order already.
            if kwargs or len(args) != site.arity:
                values = bind(function, args, kwargs)
            if values is not None:
                call = sink.enter(site, values, "proxy")
        except BaseException as problem:
            if sink.withdraw(problem):
                raise
            call = None
        try:
            if call is None:
                return function(*args, **kwargs)
            # A frame backend runs too: it meets this frame next, and must not record the call a second time.
            if proxied.framed:
                flags = thread_flags()
                flags.expected, flags.expected_call = function.__code__, call
            result = function(*args, **kwargs)
        except BaseException as exception:
            try:
                # A traceback keeps this frame: through it no argument may live longer than without us.
                del args, kwargs, values
                if call is not None:
                    sink.fail(call, exception)
            except BaseException as problem:
                if sink.withdraw(problem):
                    raise
            raise
        try:
            sink.leave(call, result)
        except BaseException as problem:
            if sink.withdraw(problem):
                raise
        return result

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        # As a function does: the class gives the object itself (``Cls.f is Cls.f``), an instance a method.
        if instance is None:
            if owner is None:
                raise TypeError("__get__(None, None) is invalid")
            return self
        return MethodType(self, instance)

    def __repr__(self) -> str:
        return repr(self._self_function)


def _reduce_ex(proxy: Any, protocol: Any) -> Any:
    """Return the name by which pickle finds the proxy, as it would the function; else how to make it again.

    For functions without such a name, picklers that take functions by value (dill) do so, others refuse them with
    their own error. `copy.copy` and `copy.deepcopy` return the proxy, as they return a function.
    """
    function = _own(proxy, "_self_function")
    found: Any = sys.modules.get(function.__module__)
    for name in function.__qualname__.split("."):
        found = getattr(found, name, None)
    return function.__qualname__ if found is proxy else (_Same(proxy), (function,))


class _Same:
    """Returns a proxy when it is called with its function; pickled, it becomes a call that returns the function."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy

    def __call__(self, function: Any) -> Any:
        return self._proxy

    def __reduce__(self) -> Any:
        return partial, (copy,)


_own = _raw.own_attribute
_set_own = object.__setattr__
_OWN_FIELDS = frozenset(name for name in OWN_NAMES if name.startswith("_self_"))

# None also where wrapt itself runs without its own extension module.
_Native = native_part("CallProxy")
_PureCallProxy = pure_twin(CallProxy)
type.__setattr__(_PureCallProxy, "__reduce_ex__", _reduce_ex)
_set_namespace = Namespace.__dict__["__dict__"].__set__
if _Native is not None:
    native_part("show_function")(Face, OWN_NAMES, _reduce_ex)


class SuspendingProxy(CallProxy):
    """A proxy of a generator, coroutine or async generator function, which gives what the function makes.

    The steps are recorded by the events of their code object; the call begins at the first one.
    """

    # The site is held here, for the registry does not hold it.
    __slots__ = ("_self_registered", "_self_registered_site")

    @property
    def __call__(self) -> FunctionType:
        # Python calls what this returns, without a frame of ours: coroutines remember the frames that made them.
        function: FunctionType = self._self_function
        code = function.__code__
        if self._self_registered is not code or suspendable_code.prepare_thread is not None:
            _register(self, code)
        return function


def _register(proxy: Any, code: CodeType) -> None:
    """Let the steps of ``code`` be recorded. It is not the site's after types.coroutine, which makes a copy."""
    try:
        site = proxy._self_site
        if site.code is not code:
            forced = site.forced
            site = Site(code, site.module, proxy._self_function)
            site.forced = forced
        suspendable_code.register(code, site)
        proxy._self_registered, proxy._self_registered_site = code, site
        if suspendable_code.prepare_thread is not None and proxied.sink is not None:
            suspendable_code.prepare_thread()
    except BaseException as problem:
        if withdraw(proxied.sink, problem):
            raise


def make_proxy(function: FunctionType, site: Site) -> CallProxy:
    """Return the proxy for ``function``: one for calls, or one for calls that can be suspended."""
    base: Any = CallProxy if site.kind is Kind.PLAIN else SuspendingProxy
    made: CallProxy
    if _Native is None:
        # A suspending proxy has no frame of its own that anybody could meet, so it needs no class for each module.
        kind = base if base is SuspendingProxy else _class_for(base, site.module)
        made = kind(function, site)
    else:
        made = base(function, site, proxied, _unused, _call_odd)
    if base is SuspendingProxy:
        made._self_registered = made._self_registered_site = None
    return made


def _call_odd(proxy: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a function that the native proxy leaves to the pure twin: it has very many parameters, or new code."""
    __tracebackhide__ = True
    return _PureCallProxy.__call__(proxy, *args, **kwargs)


def is_proxy(value: Any) -> bool:
    """Return whether ``value`` is a proxy of ours, by its type alone."""
    return _raw.inherits(type(value), CallProxy)


@cache
def _class_for(base: type[CallProxy], module: str) -> type[CallProxy]:
    """Return a class like ``base`` whose ``__call__`` runs as code of ``module``.

    Code that walks up the frames past those of its own package, to find who called it (structlog, warnings with
    skipped prefixes), then passes the proxy's frame as well.
    """
    call = base.__dict__["__call__"]
    made = FunctionType(call.__code__, {**globals(), "__name__": module}, "__call__")
    # The slot makes a layout of its own, without which the interpreter misses wrapt's class in the order of ``base``.
    derived: type[CallProxy] = Face(base.__name__, (base,), {"__call__": made, "__slots__": ("_self_layout",)})
    return derived


def _unused(*args: Any) -> None:
    """Do nothing: wrapt needs a wrapper function, and the proxies override the calls that would use it."""


def _disown(function: Any) -> None:
    code: CodeType = function.__code__
    # `warnings` and `logging` pass over frames of this file when they look for their caller.
    function.__code__ = code.replace(co_filename=OWN_FILENAME)


for _each in (_PureCallProxy.__dict__["__call__"], _call_odd):
    _disown(_each)
