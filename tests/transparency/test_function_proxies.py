"""What a program does with a function gives the same with a proxy in its place: each kind of use, plain and wrapped."""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
import operator
import pickle
import re
import typing
import weakref
from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument._twins import pure_twin
from snapy_instrument.backends.proxy.proxy import CallProxy
from snapy_instrument.recording.sites import site_of_function


class _Pipe:
    """An operand that answers every reflected operator with its name."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


_OPERATORS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "@": "matmul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "<<": "lshift",
    ">>": "rshift",
    "&": "and",
    "|": "or",
    "^": "xor",
}
for _name in _OPERATORS.values():
    setattr(_Pipe, f"__r{_name}__", lambda self, other, _name=_name: (_name, callable(other)))


@typing.runtime_checkable
class _Sized(typing.Protocol):
    def __len__(self) -> int: ...


@typing.runtime_checkable
class _Named(typing.Protocol):
    __qualname__: str
    __name__: str


@typing.runtime_checkable
class _Tagged(typing.Protocol):
    tag: str


def _raises(use: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def attempt(f: Any) -> tuple[type, str]:
        try:
            use(f)
        except Exception as error:
            return type(error), str(error)
        raise AssertionError("no error")

    return attempt


def _with_pipe(sign: str) -> Callable[[Any], Any]:
    return lambda f: eval(f"f {sign} pipe", {"f": f, "pipe": _Pipe()})


def _with_one(sign: str) -> Callable[[Any], Any]:
    return _raises(lambda f: eval(f"f {sign} 1", {"f": f}))


def _set_and_delete(f: Any) -> Any:
    f.x = 1
    before = f.x, dict(vars(f))
    del f.x
    return before, vars(f)


def _enter(f: Any) -> None:
    with f:
        pass


def _write_dict(f: Any) -> Any:
    f.__dict__ = {"a": 1}
    f.b = 2
    return vars(f), f.a, f.__dict__ is vars(f)


def _write_code(f: Any) -> Any:
    def other(count: int = 5, *rest: int) -> int:
        return count + 100

    f.__code__ = other.__code__
    f.__defaults__ = (7,)
    return f(), f(1), f.__code__ is other.__code__, str(inspect.signature(f))


def _delete_wrapped(f: Any) -> Any:
    f.__wrapped__ = len
    before = f.__wrapped__ is len
    del f.__wrapped__
    with pytest.raises(AttributeError) as caught:
        del f.__wrapped__
    return before, hasattr(f, "__wrapped__"), str(caught.value)


def _wraps(f: Any) -> Any:
    @functools.wraps(f)
    def outer(*args: int) -> int:
        return int(f(*args))

    return outer.__wrapped__ is f, outer(3), outer.__name__, str(inspect.signature(outer)), sorted(vars(outer))


def _single_dispatch(f: Any) -> Any:
    asked = functools.singledispatch(lambda value: "other")
    asked.register(FunctionType, lambda value: "function")
    chosen = functools.singledispatch(f)
    return asked(f), chosen(4)


def _weak(f: Any) -> Any:
    class Owner:
        method = f

    owner = Owner()
    return weakref.ref(f)() is f, weakref.WeakMethod(owner.method)() == owner.method, Owner.method is f


def _tag(f: Any) -> bool:
    f.tag = "x"
    return isinstance(f, _Tagged)


_USES: dict[str, Callable[[Any], Any]] = {
    **{f"f {sign} pipe": _with_pipe(sign) for sign in _OPERATORS},
    **{f"f {sign} 1": _with_one(sign) for sign in [*_OPERATORS, "<", ">=", "in", "not in"]},
    "text % f": _raises(lambda f: operator.mod("text", f)),
    "bytes % f": _raises(lambda f: operator.mod(b"text", f)),
    "with f": _raises(_enter),
    "-f": _raises(lambda f: -f),
    "int(f)": _raises(int),
    "len(f)": _raises(len),
    "f[0]": _raises(lambda f: f[0]),
    "f[0] = 1": _raises(lambda f: f.__setitem__(0, 1)),
    "iter(f)": _raises(iter),
    "sum(f)": _raises(sum),
    "format(f, 'x')": _raises(lambda f: format(f, "x")),
    "range(f)": _raises(range),
    "[1][f]": _raises(lambda f: [1][f]),
    "1 in f": _raises(lambda f: 1 in f),
    "f == f": lambda f: (f == f, f != f, f == _raises, hash(f) == hash(f), {f: 1}[f], f in [f]),
    "bool(f)": bool,
    "str(f)": lambda f: str(f) == repr(f) == format(f) and repr(f).startswith("<function"),
    "SupportsInt": lambda f: isinstance(f, typing.SupportsInt),
    "SupportsAbs": lambda f: isinstance(f, typing.SupportsAbs),
    "Hashable": lambda f: isinstance(f, typing.Hashable),
    "a protocol with a method": lambda f: isinstance(f, _Sized),
    "a protocol with names": lambda f: isinstance(f, _Named),
    "a protocol with data": _tag,
    "f.__dict__ = ...": _write_dict,
    "f.__dict__ = 1": _raises(lambda f: setattr(f, "__dict__", 1)),
    "del f.__dict__": _raises(lambda f: delattr(f, "__dict__")),
    "f.__code__ = ...": _write_code,
    "f.__code__ = 1": _raises(lambda f: setattr(f, "__code__", 1)),
    "f.__class__ = ...": _raises(lambda f: setattr(f, "__class__", int)),
    "del f.__wrapped__": _delete_wrapped,
    "f.absent": _raises(lambda f: f.absent),
    "setattr": _set_and_delete,
    "dir(f)": dir,
    "functools.wraps": _wraps,
    "inspect": lambda f: (inspect.isfunction(f), inspect.isroutine(f), str(inspect.signature(f)), inspect.getsource(f)),
    "copy": lambda f: copy.copy(f) is f is copy.deepcopy(f) and copy.deepcopy([f])[0] is f,
    "singledispatch": _single_dispatch,
    "get_type_hints": typing.get_type_hints,
    "weakrefs": _weak,
    "an exit stack": lambda f: contextlib.ExitStack().push(f) is f,
    "enter_context": lambda f: _raises(lambda f: contextlib.ExitStack().enter_context(f))(f)[0],
    "pickle of a nested one": lambda f: _raises(pickle.dumps)(f)[0],
}


def _make() -> FunctionType:
    def shout(count: int = 1, *rest: int) -> int:
        """Doc."""
        return count

    made: Any = shout
    return made  # type: ignore[no-any-return]


@pytest.fixture(params=["proxy", "pure"])
def wrapped(request: pytest.FixtureRequest) -> Any:
    """A function behind the proxy of the twin that runs, and behind the pure one."""
    function = _make()
    return traced(function) if request.param == "proxy" else pure_twin(CallProxy)(function, site_of_function(function))


@pytest.mark.parametrize("use", _USES)
def test_a_proxy_is_used_as_its_function(use: str, wrapped: Any) -> None:
    """The same value; the same type and text of an error."""
    results = [_USES[use](each) for each in (wrapped, _make())]
    ours, theirs = (re.sub(r"0x[0-9a-f]+", "0x", repr(each)) for each in results)
    assert ours == theirs


@pytest.mark.parametrize("record", [False, True])
def test_a_traceback_keeps_no_argument_in_a_frame_of_ours(record: bool) -> None:
    """After the call has raised, our frame holds nothing of the program."""

    class Argument:
        pass

    def fail(first: object, *, second: object) -> None:
        del first, second
        raise KeyError

    function: Any = fail
    failing: Any = pure_twin(CallProxy)(function, site_of_function(function))
    argument, other = Argument(), Argument()
    with FunctionTracer([__name__], backend="proxy") if record else contextlib.nullcontext():
        try:
            failing(argument, second=other)
        except KeyError as error:
            trace = error.__traceback__
    held = []
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "__call__":
            held.append([value for value in trace.tb_frame.f_locals.values() if value])
        trace = trace.tb_next
    assert held
    assert not [each for values in held for each in values if "Argument" in repr(each) and "function" not in repr(each)]
