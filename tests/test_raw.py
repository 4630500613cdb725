"""Raw reading: types and objects without their own code."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import snapy_instrument
from snapy_instrument import _raw
from tests.capture.hostile import Traps


def test_type_name_is_the_last_part_of_the_name() -> None:
    """A nested class gives its ``__name__``, not its ``__qualname__``."""

    class Inner:
        pass

    assert _raw.type_name(Inner) == "Inner"


def test_names_are_exact_and_printable() -> None:
    """A class name that breaks lines is written with escapes, as an exact str."""

    class Name(str):
        pass

    cls = type(Name("a\nb"), (), {})
    assert _raw.type_name(cls) == "a\\nb"
    assert type(_raw.type_name(cls)) is str


def test_long_names_are_cut() -> None:
    """A class name of a million characters does not fill the trace."""
    assert len(_raw.type_name(type("x" * 10**6, (), {}))) == 200


def test_find_returns_descriptors_unopened() -> None:
    """A property is found as the property itself."""

    class Lazy:
        @property
        def field(self) -> int:
            raise AssertionError("woken")

    assert type(_raw.find(Lazy, "field")) is property


def test_hostile_types_are_read_without_their_code() -> None:
    """Name, module, bases and members of a class with a trapped metaclass are read without a call."""
    traps = Traps()
    cls = traps.cls()
    assert _raw.type_name(cls) == "Hostile"
    assert _raw.inherits(cls, object)
    assert not _raw.inherits(cls, int)
    assert _raw.find(cls, "missing") is _raw.MISSING
    assert not traps.called


def test_read_takes_slots_and_plain_class_attributes_only() -> None:
    """A slot and a class attribute are values, a property and an empty slot are missing."""

    class Slotted:
        __slots__ = ("empty", "full")
        plain = 3

        @property
        def lazy(self) -> int:
            raise AssertionError("woken")

    obj = Slotted()
    obj.full = 1  # type: ignore[attr-defined]
    found = [_raw.read(obj, name) for name in ("full", "plain", "empty", "lazy")]
    assert found == [1, 3, _raw.MISSING, _raw.MISSING]


def test_a_class_with_a_dict_of_its_own_has_no_namespace() -> None:
    """``__dict__`` defined as a property is not opened."""

    class Fake:
        __dict__ = property(lambda self: {})

    assert not _raw.has_namespace(Fake)


def test_the_namespace_of_a_dict_subclass_is_copied_without_its_methods() -> None:
    """An instance whose ``__dict__`` is a hostile dict is still read."""
    traps = Traps()

    class Plain:
        pass

    obj = Plain()
    held = traps.make(dict, meta=False)
    dict.__setitem__(held, "a", 1)
    obj.__dict__ = held
    assert _raw.namespace(obj) == {"a": 1}
    assert not traps.called


def test_module_attributes_are_read_without_waking_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module subclass with ``__getattribute__`` is read through its dict."""

    class Lazy(types.ModuleType):
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError("woken")

    module = Lazy("lazy_module_of_raw")
    types.ModuleType.__getattribute__(module, "__dict__")["here"] = 5
    monkeypatch.setitem(sys.modules, "lazy_module_of_raw", module)
    assert _raw.module_attribute("lazy_module_of_raw", "here") == 5
    assert _raw.module_attribute("lazy_module_of_raw", "gone") is _raw.MISSING
    assert _raw.module_attribute("module_never_imported", "x") is _raw.MISSING


@pytest.mark.parametrize(
    ("module", "name", "text"),
    [
        ("shop", "total", "shop.total"),
        ("builtins", "len", "len"),
        (None, "f", "f"),
        (3, "f", "f"),
        ("m", 3, "m.?"),
    ],
)
def test_qualified_names(module: Any, name: Any, text: str) -> None:
    """The module is left out if it is ``builtins`` or no text."""
    assert _raw.qualified(module, name) == text


def test_the_dict_of_a_module_is_read_without_waking_it() -> None:
    """A lazy module stays lazy."""

    class Lazy(types.ModuleType):
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError("woken")

    name = _raw.module_namespace(Lazy("lazy"))["__name__"]
    assert name == "lazy"


def test_a_class_that_is_being_made_has_no_bases_yet() -> None:
    """Its MRO is not known while its metaclass computes it."""
    seen: list[tuple[type, ...]] = []

    class Meta(type):
        def mro(cls) -> list[type]:
            seen.append(_raw.mro(cls))
            return type.mro(cls)

    Meta("Made", (), {})
    assert seen == [()]


def test_class_names_are_read_behind_a_metaclass() -> None:
    """As they are, however the metaclass answers."""

    class Meta(type):
        @property
        def __name__(cls) -> str:  # type: ignore[override]
            raise AssertionError("woken")

    assert _raw.class_name(Meta("__Private", (), {})) == "__Private"


def test_types_are_read_raw_in_one_place() -> None:
    """No other module takes the descriptors out of `type` or the class of modules."""
    package = Path(snapy_instrument.__file__).parent
    raw = re.compile(r"type\.__dict__\[|vars\(type\)|ModuleType\)\[|object\.__getattribute__")
    found = {path.relative_to(package).as_posix() for path in package.rglob("*.py") if raw.search(path.read_text())}
    assert found == {"_raw.py"}
