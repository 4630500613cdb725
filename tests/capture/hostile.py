"""Classes whose every special method is a trap."""

from __future__ import annotations

from typing import Any

SPECIAL = """
    __repr__ __str__ __bytes__ __format__ __lt__ __le__ __eq__ __ne__ __gt__ __ge__ __hash__ __bool__ __getattr__
    __getattribute__ __setattr__ __delattr__ __dir__ __get__ __set__ __delete__ __call__ __len__ __length_hint__
    __getitem__ __setitem__ __delitem__ __missing__ __iter__ __reversed__ __contains__ __next__ __add__ __radd__
    __sub__ __mul__ __matmul__ __truediv__ __floordiv__ __mod__ __divmod__ __pow__ __lshift__ __rshift__ __and__
    __or__ __ror__ __xor__ __neg__ __pos__ __abs__ __invert__ __complex__ __int__ __float__ __index__ __round__
    __trunc__ __floor__ __ceil__ __enter__ __exit__ __await__ __aiter__ __anext__ __aenter__ __aexit__ __fspath__
    __copy__ __deepcopy__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__ __sizeof__ __buffer__
    __array__ __array_interface__ __rich_repr__ __attrs_repr__ _repr_pretty_ keys values items get pop copy update
    isoformat utcoffset tzname tolist item decode encode as_integer_ratio
""".split()
PROPERTIES = ("__class__", "__doc__", "__annotations__", "__wrapped__", "name", "value", "args", "_fields")
META = """
    __repr__ __str__ __eq__ __ne__ __hash__ __bool__ __len__ __iter__ __contains__ __getattr__ __getattribute__
    __instancecheck__ __subclasscheck__ __subclasses__ __dir__ __prepare__ __or__ __getitem__ __lt__
""".split()


class Sprung(BaseException):
    """A trap was entered; no Exception, so nothing in between can swallow it."""


class Traps:
    """Counts what is called; ``error`` is what each trap raises."""

    def __init__(self, error: type[BaseException] = Sprung) -> None:
        self.called: list[str] = []
        self.error = error

    def method(self, name: str) -> Any:
        """A method that reports itself and raises."""

        def trap(*args: object, **keywords: object) -> Any:
            self.called.append(name)
            raise self.error(name)

        return trap

    def cls(self, base: type = object, *, meta: bool = True, name: str = "Hostile") -> Any:
        """A class with every trap, derived from ``base``."""
        members: dict[str, Any] = {special: self.method(special) for special in SPECIAL}
        members |= {each: property(self.method(each)) for each in PROPERTIES}
        if meta and type(base) is type:
            traps = {special: self.method(f"type.{special}") for special in META}
            return type.__new__(type("HostileMeta", (type,), traps), name, (base,), members)
        return type.__new__(type(base), name, (base,), members)

    def make(self, base: type = object, *args: object, meta: bool = True) -> Any:
        """An instance, made without running a trap."""
        return base.__new__(self.cls(base, meta=meta), *args)
