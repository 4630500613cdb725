"""The proxies that replace wrapped functions.

A proxy passes for its function wherever Python lets it (`wrapt.FunctionWrapper`) and costs one frame a call.
With no tracer active it passes straight through.
"""

from __future__ import annotations

__all__ = ["CallProxy", "is_proxy", "make_proxy"]

from copy import copy
from functools import cache
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
from snapy_instrument.backends.proxy.wrapt_face import Bare, bare, hidden_names
from snapy_instrument.recording.sink import proxied
from snapy_instrument.recording.sites import Kind, Site

keep_builtins(globals())


@twinned
class CallProxy(bare(wrapt.FunctionWrapper)):  # type: ignore[misc]
    """A proxy of a function that reports its calls to the active tracers."""

    # No annotations in this class: they would be found in place of the function's own.

    def __init__(self, function: FunctionType, site: Site) -> None:
        self._self_function = function
        super().__init__(function, _unused)
        self._self_site = site

    @property
    def __wrapped__(self) -> Any:
        # functools.wraps writes here what the function wraps; wrapt alone would take that for the function itself.
        function = self._self_function
        return function.__dict__.get("__wrapped__", function)

    @__wrapped__.setter
    def __wrapped__(self, value: Any) -> None:
        if value is not self._self_function:
            self._self_function.__dict__["__wrapped__"] = value

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the function; record the call if a tracer wants it."""
        __tracebackhide__ = True
        function = self._self_function
        sink = proxied.sink
        if sink is None:
            return function(*args, **kwargs)
        call = None
        try:
            site = self._self_site
            values: Any = args
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
            if proxied.framed:
                flags = thread_flags()
                flags.expected, flags.expected_call = function.__code__, call
            result = function(*args, **kwargs)
        except BaseException as exception:
            try:
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
        return self if instance is None else MethodType(self, instance)

    def __repr__(self) -> str:
        return repr(self._self_function)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Return the name, by which a function is pickled; for a nested function, which has none, the function."""
        function = self._self_function
        # Picklers that take functions by value (dill) do so, others refuse it as they do without us.
        return (copy, (function,)) if "<locals>" in function.__qualname__ else function.__qualname__

    def __copy__(self) -> CallProxy:
        return self

    def __deepcopy__(self, memo: Any) -> CallProxy:
        return self


# None also where wrapt itself runs without its own extension module.
_Native = native_part("CallProxy")
_PureCallProxy = pure_twin(CallProxy)
if _Native is not None:
    native_part("hide")(Bare, hidden_names(wrapt.FunctionWrapper))


class SuspendingProxy(CallProxy):
    """A proxy of a generator, coroutine or async generator function, which gives what the function makes.

    The steps are recorded by the events of their code object; the call begins at the first one.
    """

    @property
    def __call__(self) -> FunctionType:
        # Python calls what this returns, without a frame of ours: coroutines remember the frames that made them.
        function: FunctionType = self._self_function
        code = function.__code__
        if self._self_registered is not code or suspendable_code.prepare_thread is not None:
            _register(self, code)
        return function

    # No annotations: they would be found in place of the function's own.
    _self_registered = None
    _self_registered_site = None  # held, for the registry does not


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
        sink = proxied.sink
        if not isinstance(problem, Exception) if sink is None else sink.withdraw(problem):
            raise


def make_proxy(function: FunctionType, site: Site) -> CallProxy:
    """Return a proxy for ``function``: a `SuspendingProxy` where its calls can be suspended, else a `CallProxy`."""
    base: Any = CallProxy if site.kind is Kind.PLAIN else SuspendingProxy
    if _Native is None:
        kind = base if base is SuspendingProxy else _class_for(base, site.module)
        return kind(function, site)
    made: CallProxy = base(function, site, proxied, _unused, _call_odd)
    return made


def _call_odd(proxy: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the native proxy leaves to the pure twin: functions with very many parameters or with new code."""
    __tracebackhide__ = True
    return _PureCallProxy.__call__(proxy, *args, **kwargs)


def is_proxy(value: Any) -> bool:
    """``value`` is a proxy of ours; asks its type alone."""
    return _raw.inherits(type(value), CallProxy)


@cache
def _class_for(base: type[CallProxy], module: str) -> type[CallProxy]:
    """``base`` whose ``__call__`` runs as code of ``module``.

    Code that walks up the frames past those of its own package, to find who called it (structlog, warnings with
    skipped prefixes), then passes the proxy's frame as well.
    """
    call = base.__dict__["__call__"]
    made = FunctionType(call.__code__, {**globals(), "__name__": module}, "__call__")
    return type(base.__name__, (base,), {"__call__": made})


def _unused(*args: Any) -> None:
    """wrapt asks for a wrapper function; the proxies override the call path that would use it."""


def _disown(function: Any) -> None:
    code: CodeType = function.__code__
    function.__code__ = code.replace(co_filename=OWN_FILENAME)


for _each in (_PureCallProxy.__dict__["__call__"], _call_odd):
    _disown(_each)
