"""A site: what is known of a function before it is called, decided once for each code object."""

from __future__ import annotations

__all__ = ["NO_DEFAULT", "Kind", "Site", "functions_behind", "site_of_code", "site_of_function"]

import functools
import inspect
import weakref
from collections.abc import Callable, Iterator
from enum import Enum
from gc import get_referrers
from types import CodeType, FunctionType
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

NO_DEFAULT: Any = object()


class Kind(Enum):
    """How a call of the function runs."""

    PLAIN = "function"
    GENERATOR = "generator"
    COROUTINE = "coroutine"
    ASYNC_GENERATOR = "async generator"


class Site:
    """A function as the recorder knows it: names, parameters and their defaults.

    Attributes:
        parameters: Parameter names in the order of the signature, ``*rest`` and ``**more`` without stars.
        function: Returns the function, or None if that is unknown or gone: a trace keeps its code alone.
        arity: Number of positional parameters if the function takes nothing else, else -1.
        constructs: The first argument is an object that is still being made.
        stars: Indexes of ``*rest`` and ``**more`` among them.
        hashes: The function is a ``__hash__``, whose result differs from process to process.
        forced: `traced` asked for it: recorded whatever a tracer includes.
    """

    __slots__ = (
        "__weakref__",
        "arity",
        "code",
        "constructs",
        "filename",
        "forced",
        "function",
        "function_name",
        "hashes",
        "kind",
        "line_number",
        "module",
        "parameters",
        "qualname",
        "stars",
    )

    def __init__(self, code: CodeType, module: str, function: FunctionType | None = None) -> None:
        self.code = code
        self.module = module
        self.function_name = code.co_name
        self.qualname = code.co_qualname
        self.filename = code.co_filename
        self.line_number = code.co_firstlineno
        self.parameters = _parameters(code)
        self.stars = tuple(i for i, each in enumerate(_variadic_defaults(code)) if each is not NO_DEFAULT)
        self.function: Callable[[], FunctionType | None] = _gone if function is None else weakref.ref(function)
        plain = not code.co_kwonlyargcount and not code.co_flags & _VARIADIC
        self.arity = code.co_argcount if plain else -1
        self.constructs = bool(self.parameters) and code.co_name in _CONSTRUCTORS
        self.hashes = code.co_name == "__hash__"
        self.forced = False
        self.kind = _kind(code)

    @property
    def defaults(self) -> tuple[Any, ...]:
        """For each parameter its default, `NO_DEFAULT` where it has none; () and {} for ``*rest`` and ``**more``."""
        function = self.function()
        return _variadic_defaults(self.code) if function is None else _defaults(function)

    def __repr__(self) -> str:
        return f"<Site {self.module}:{self.qualname}>"


_VARIADIC = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
_LruCache = type(functools.lru_cache(maxsize=1)(len))
_CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__attrs_post_init__", "__setstate__"})
# By id, for code is compared by all that is in it; weak, for a site lives as long as a proxy or a recording needs it.
_proxied: weakref.WeakValueDictionary[int, Site] = weakref.WeakValueDictionary()


def site_of_function(function: FunctionType) -> Site:
    """The site of ``function``, one for each code object, remembered as long as somebody holds it."""
    code = function.__code__
    site = _proxied.get(id(code))
    if site is None or site.code is not code:
        site = Site(code, _module_name(function.__globals__), function)
        _proxied[id(code)] = site
    # A function that is defined again has the same code; its defaults are those of one that is alive.
    elif site.function() is None:
        site.function = weakref.ref(function)
    return site


def site_of_code(code: CodeType, namespace: dict[str, Any], accepts: Callable[[Site], bool]) -> Site | None:
    """The site of a frame that runs ``code`` with globals ``namespace``, not remembered here.

    None where it has no proxy and ``accepts`` says no to its names: most code is nobody's, and to find a function may
    take long.
    """
    site = _proxied.get(id(code))
    if site is not None and site.code is code:
        return site
    site = Site(code, _module_name(namespace))
    if not accepts(site):
        return None
    if "<locals>" not in code.co_qualname:
        site.function = _remembered(code, namespace)
    return site


# By id: code is compared by all that is in it.
_found: dict[int, tuple[weakref.ref[CodeType], Callable[[], FunctionType | None]]] = {}


def _remembered(code: CodeType, namespace: dict[str, Any]) -> Callable[[], FunctionType | None]:
    """What gives the function of ``code``, which is looked for once."""
    key = id(code)
    known = _found.get(key)
    if known is None or known[0]() is not code or (known[1] is not _gone and known[1]() is None):
        function = _find_function(code, namespace)
        reference = weakref.ref(code, lambda dead: _found.pop(key, None))
        known = _found[key] = (reference, _gone if function is None else weakref.ref(function))
    return known[1]


def _gone() -> None:
    """In place of a reference to a function that is not known."""


def _module_name(namespace: dict[str, Any]) -> str:
    # A namespace given to `exec` may be of a subclass of dict, whose own `get` is code of the program.
    name = dict.get(namespace, "__name__")
    return name if type(name) is str else ""


def _kind(code: CodeType) -> Kind:
    flags = code.co_flags
    if flags & inspect.CO_COROUTINE:
        return Kind.COROUTINE
    if flags & inspect.CO_ASYNC_GENERATOR:
        return Kind.ASYNC_GENERATOR
    if flags & inspect.CO_GENERATOR:
        return Kind.GENERATOR
    return Kind.PLAIN


def _parameters(code: CodeType) -> tuple[str, ...]:
    positional, named = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    names = list(code.co_varnames[:positional])
    rest = named
    if code.co_flags & inspect.CO_VARARGS:
        names.append(code.co_varnames[rest])
        rest += 1
    names.extend(code.co_varnames[positional:named])
    if code.co_flags & inspect.CO_VARKEYWORDS:
        names.append(code.co_varnames[rest])
    return tuple(names)


def _variadic_defaults(code: CodeType) -> tuple[Any, ...]:
    positional, flags = code.co_argcount, code.co_flags
    defaults = [NO_DEFAULT] * positional
    if flags & inspect.CO_VARARGS:
        defaults.append(())
    defaults.extend([NO_DEFAULT] * code.co_kwonlyargcount)
    if flags & inspect.CO_VARKEYWORDS:
        defaults.append({})
    return tuple(defaults)


def _defaults(function: FunctionType) -> tuple[Any, ...]:
    code = function.__code__
    defaults = list(_variadic_defaults(code))
    # A frame does not tell the function it belongs to, and a nested function has new defaults each time it is
    # made; so that every backend records the same, a nested function has none.
    if "<locals>" in code.co_qualname:
        return tuple(defaults)
    given = function.__defaults__ or ()
    for index, value in enumerate(given, code.co_argcount - len(given)):
        defaults[index] = value
    named = function.__kwdefaults__ or {}
    first = code.co_argcount + (1 if code.co_flags & inspect.CO_VARARGS else 0)
    for index, name in enumerate(code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount], first):
        if name in named:
            defaults[index] = named[name]
    return tuple(defaults)


def _find_function(code: CodeType, namespace: dict[str, Any]) -> FunctionType | None:
    """The function made of ``code``: by its qualified name, else among all objects (once for each code)."""
    # The function is needed for its defaults alone.
    if not code.co_argcount + code.co_kwonlyargcount:
        return None
    value: Any = namespace
    for name in code.co_qualname.split("."):
        value = _member(value, name)
    for function in functions_behind(value, 4):
        if function.__code__ is code:
            return function
    # All objects of the process are gone through, so this is done once for each code object.
    for referrer in get_referrers(code):
        if type(referrer) is FunctionType and referrer.__code__ is code:
            return referrer
    return None


def _member(owner: Any, name: str) -> Any:
    if type(owner) is dict:
        return owner.get(name)
    try:
        members = _raw.class_namespace(owner)
    except TypeError:
        return None
    # Private names are mangled by the class they are in (Language Reference, 6.2.1).
    if name.startswith("__") and not name.endswith("__"):
        name = f"_{_raw.class_name(owner).lstrip('_')}{name}"
    return members.get(name)


def functions_behind(value: Any, levels: int) -> Iterator[FunctionType]:
    """Functions that ``value`` is, holds or wraps, found without waking anything lazy."""
    kind = type(value)
    inner: tuple[Any, ...] = ()
    if kind is FunctionType:
        yield value
        inner = (value.__dict__.get("__wrapped__"), *_cell_contents(value))
    elif kind in (staticmethod, classmethod):
        inner = (value.__func__,)
    elif kind is property:
        inner = (value.fget, value.fset, value.fdel)
    elif kind is functools.cached_property:
        inner = (value.func,)
    elif kind is _LruCache:
        inner = (value.__wrapped__,)
    if levels:
        for each in inner:
            yield from functions_behind(each, levels - 1)


def _cell_contents(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # an empty cell
            continue
