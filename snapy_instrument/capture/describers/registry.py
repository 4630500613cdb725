"""The functions that users register for their types, those of known libraries, and the table of decisions."""

from __future__ import annotations

__all__ = [
    "BySetting",
    "Fields",
    "Frames",
    "Registered",
    "decisions",
    "register_capture",
    "register_library",
    "registered_function",
    "registrations",
    "unregister_capture",
]

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar, overload

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._thread_flags import quiet
from snapy_instrument.capture.identity import WeakTable
from snapy_instrument.capture.views import Describer

keep_builtins(globals())

Frames: TypeAlias = Literal["shape", "head", "full"]
"""How much of a data frame is shown, see `TracerOptions`."""
ClassTest: TypeAlias = Callable[[type[Any]], bool]
"""Returns whether a class is meant."""
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
R = TypeVar("R")

# The `Decision` of each type, dropped when registrations change.
decisions: WeakTable[Any] = WeakTable()
# One number, which counts the changes: the native twin drops its decisions when it is a new one.
registrations = [0]

_BY_VALUE = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


class Fields:
    """The parts of an object, for a function given to `register_capture` to return.

    ``Fields(money.cents, currency="EUR")`` shows a Money as ``Money(101000, currency='EUR')``. Each part is captured in
    turn. A part named like a secret is hidden.
    """

    __slots__ = ("names", "values")

    def __init__(self, /, *values: Any, **named: Any) -> None:
        self.names: tuple[str | None, ...] = (*[None] * len(values), *named)
        self.values = (*values, *named.values())

    def __repr__(self) -> str:
        return f"<Fields {', '.join(name or '_' for name in self.names)}>"


class BySetting:
    """A description that depends on a setting of the tracer, made by the walk, which knows the setting."""

    __slots__ = ("make",)

    def __init__(self, make: Describer) -> None:
        self.make = make


class Registered(NamedTuple):
    """A registered function.

    Attributes:
        function: Takes the object; with ``frames`` the tracer's setting of that name too.
        frames: See `register_capture`.
        of_user: What the function raises is shown; for ours the object is known by type and identity then.
    """

    function: Callable[..., Any]
    frames: bool
    of_user: bool


class _Table:
    """Functions by class, by the name of a class, and by a test of classes."""

    def __init__(self) -> None:
        # By id: hashing a class may run its metaclass. The class is held, so its id stays its own.
        self._classes: dict[int, tuple[type, Registered]] = {}
        # By the bare name of the class, then by its module.
        self._names: dict[str, dict[str, Registered]] = {}
        self._tests: dict[int, tuple[ClassTest, Registered]] = {}

    def add(self, target: Any, entry: Registered) -> None:
        if type(target) is str:
            module, _, name = target.rpartition(".")
            self._names.setdefault(name, {})[module] = entry
        elif _raw.inherits(type(target), type):
            self._classes[id(target)] = (target, entry)
        else:
            self._tests[id(target)] = (target, entry)

    def remove(self, target: Any) -> bool:
        """Forget ``target``, and return whether it was known."""
        if type(target) is str:
            module, _, name = target.rpartition(".")
            return self._names.get(name, {}).pop(module, None) is not None
        return (self._classes if _raw.inherits(type(target), type) else self._tests).pop(id(target), None) is not None

    def find(self, kind: type) -> Registered | None:
        """Return what is registered for ``kind`` or its nearest base."""
        for each in _raw.mro(kind):
            found = self._classes.get(id(each))
            if found is not None:
                return found[1]
            named = self._names.get(_raw.type_name(each)) if self._names else None
            for module, entry in named.items() if named else ():
                # The name alone may be of a class of the program. Nothing is imported for this look.
                if _raw.module_attribute(module, _raw.type_name(each)) is each:
                    return entry
        return next((entry for test, entry in list(self._tests.values()) if _passes(test, kind)), None)


def _passes(test: ClassTest, kind: type) -> bool:
    with quiet():
        try:
            return test(kind) is True
        except BaseException:  # of the user's function: nothing of it gets out
            return False


_users = _Table()
_libraries = _Table()


@overload
def register_capture(cls: type[T], fn: Callable[[T], R]) -> Callable[[T], R]: ...


@overload
def register_capture(
    cls: type[T], fn: Callable[[T, Frames], R], *, frames: Literal[True]
) -> Callable[[T, Frames], R]: ...


@overload
def register_capture(cls: str | ClassTest, fn: Callable[[Any], R]) -> Callable[[Any], R]: ...


@overload
def register_capture(
    cls: str | ClassTest, fn: Callable[[Any, Frames], R], *, frames: Literal[True]
) -> Callable[[Any, Frames], R]: ...


@overload
def register_capture(cls: type | str | ClassTest, fn: None = None, *, frames: bool = False) -> Callable[[F], F]: ...


def register_capture(cls: Any, fn: Any = None, *, frames: bool = False) -> Any:
    """Show objects of ``cls`` and its subclasses in traces by what ``fn(obj)`` returns.

    ``register_capture(Money, lambda m: m.cents)`` shows a Money as ``Money(101000)``. The returned value is captured in
    turn; `Fields` has several, with names; NotImplemented leaves the object to the description that it has without
    ``fn``. Without ``fn`` this is a decorator. Nothing is recorded while ``fn`` runs; whatever it raises becomes
    ``<capture failed: ExcType>`` in the trace. The last registration of a class counts, and the nearest base of an
    object's type. A registered class is kept until `unregister_capture`.

    Your registrations come before those that the library has for Django, pandas and others.

    Args:
        cls: A class; or its name, ``"money.Money"``, by which it is found once the program has imported the module;
            or a function that takes a class and returns whether it is meant, called once for each class that has no
            other registration.
        fn: Takes an object and returns its description. It must neither change the object nor wait.
        frames: ``fn(obj, frames)`` also takes the option ``frames`` of the tracer: "shape", "head" or "full".

    Raises:
        TypeError: ``cls`` is none of these, or a class whose values are captured as they are, or ``fn`` not callable.
    """
    _check_target(cls)
    if fn is None:
        return lambda function: register_capture(cls, function, frames=frames)
    if not callable(fn):
        raise TypeError(f"register_capture: fn must be callable, not {_raw.type_name(type(fn))}")
    _users.add(cls, Registered(fn, frames, True))
    _changed()
    return fn


def register_library(cls: str | ClassTest, *, frames: bool = False) -> Callable[[F], F]:
    """Register the decorated function as `register_capture` does, after all functions of users."""

    def register(function: F) -> F:
        _libraries.add(cls, Registered(function, frames, False))
        _changed()
        return function

    return register


def unregister_capture(cls: type | str | ClassTest) -> None:
    """Undo `register_capture`. Where you registered nothing, drop what the library has: ``"pandas.DataFrame"``."""
    _check_target(cls)
    if not _users.remove(cls):
        _libraries.remove(cls)
    _changed()


def _changed() -> None:
    # Before the count: whoever sees a new count finds no old decision.
    decisions.clear()
    registrations[0] += 1


def registered_function(kind: type) -> Registered | None:
    """Return what is registered for ``kind`` or its nearest base, first by users; or None."""
    return _users.find(kind) or _libraries.find(kind)


def _check_target(cls: Any) -> None:
    if _raw.inherits(type(cls), type):
        if any(cls is each for each in _BY_VALUE):
            raise TypeError(f"register_capture: {_raw.type_name(cls)} is captured by value and cannot be registered")
    elif type(cls) is str:
        if "." not in cls or not all(map(str.isidentifier, cls.split("."))):
            raise TypeError(f"register_capture: expected the name of a class, such as 'shop.Money', not {cls!r}")
    elif not callable(cls):
        kind = _raw.type_name(type(cls))
        raise TypeError(f"register_capture: expected a class, its name or a function, not an object of type {kind}")
