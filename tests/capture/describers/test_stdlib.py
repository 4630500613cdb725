"""Values of the standard library."""

from __future__ import annotations

import array
import collections
import contextvars
import decimal
import fractions
import functools
import os
import pathlib
import re
import subprocess
import sys
import types
import uuid
import weakref
from decimal import Decimal
from typing import Any

import pytest
import wrapt
from hypothesis import given, settings
from hypothesis import strategies as st

import snapy_instrument
from snapy_instrument.capture.capture import Capture
from snapy_instrument.values import Mark, Ref, Struct
from tests.capture.hostile import Traps


class Thing:
    """Known by identity."""


class MyStr(str):
    """A text of another type."""


THING = Thing()
CASES: list[tuple[Any, str]] = [
    (fractions.Fraction(1, 3), "Fraction(1, 3)"),
    (uuid.UUID(int=5), "UUID('00000000-0000-0000-0000-000000000005')"),
    (pathlib.PurePosixPath("/a/b"), "PurePath('/a/b')"),
    (pathlib.PureWindowsPath("c:\\x"), "PurePath('c:\\\\x')"),
    (pathlib.Path("a/b"), "Path('a/b')"),
    (collections.OrderedDict(a=1), "OrderedDict({'a': 1})"),
    (collections.defaultdict(list, {1: [2]}), "defaultdict(<class list>, {1: [2]})"),
    (collections.Counter("aab"), "Counter({'a': 2, 'b': 1})"),
    (collections.deque([1, 2]), "deque([1, 2])"),
    (collections.deque([1, 2], maxlen=3), "deque([1, 2], maxlen=3)"),
    (collections.ChainMap({1: 2}, {3: 4}), "ChainMap({1: 2}, {3: 4})"),
    (types.MappingProxyType({"a": 1}), "mappingproxy({'a': 1})"),
    (types.SimpleNamespace(a=1, password=2), "SimpleNamespace(a=1, password=<redacted>)"),
    ({1: 2}.keys(), "dict_keys([1])"),
    ({1: 2}.values(), "dict_values([2])"),
    ({1: 2}.items(), "dict_items([(1, 2)])"),
    (range(3), "range(0, 3)"),
    (range(1, 10, 2), "range(1, 10, 2)"),
    (slice(1, None), "slice(1, None, None)"),
    (
        functools.partial(print, 1, token="x", end=2),
        "partial(<built-in function print>, 1, token=<redacted>, end=2)",
    ),
    (re.compile("a+", re.IGNORECASE | re.MULTILINE), "Pattern('a+', flags='im')"),
    (re.compile(b"a+"), "Pattern(b'a+')"),
    (weakref.ref(THING), "<weakref>"),
    (weakref.proxy(THING), "<weakproxy>"),
    (weakref.proxy(Thing), "<weakproxy>"),
    (weakref.proxy(Thing()), "<weakproxy>"),
    (..., "Ellipsis"),
    (NotImplemented, "NotImplemented"),
    (object(), "<object>"),
    (MyStr("x"), "MyStr('x')"),
    (type("MyInt", (int,), {})(4), "MyInt(4)"),
    (type("MyFloat", (float,), {})(4), "MyFloat(4.0)"),
    (type("MyComplex", (complex,), {})(4), "MyComplex((4+0j))"),
    (type("MyBytes", (bytes,), {})(b"x"), "MyBytes(b'x')"),
    (type("MyList", (list,), {})([1]), "<MyList#1>"),
    (type("MyDict", (dict,), {})(a=1), "<MyDict#1>"),
    (array.array("i", [1, 2]), "array('i', [1, 2])"),
]


@pytest.mark.parametrize(("value", "expected"), CASES, ids=[expected for _, expected in CASES])
def test_values(value: Any, expected: str) -> None:
    """Each type by what it means."""
    assert repr(Capture().value(value)) == expected


NUMBERS = "1.50 -1E+10 NaN -sNaN123 Infinity -Infinity 0.00000001 0.10 0 -0.0 1E+3 12".split()


@pytest.mark.parametrize("number", NUMBERS)
def test_decimals(number: str) -> None:
    """A Decimal reads like its own text."""
    assert Capture().value(Decimal(number)) == Struct("Decimal", ((None, str(Decimal(number))),))


@settings(deadline=None)
@given(st.decimals())
def test_all_decimals(number: Decimal) -> None:
    """The text agrees with Decimal's own for every number."""
    assert Capture().value(number) == Struct("Decimal", ((None, str(number)),))


def test_a_decimal_makes_no_context() -> None:
    """No decimal context appears in the program's context variables."""

    number = Decimal("1.5")

    def names() -> list[str]:
        Capture().value(number)
        return [variable.name for variable in contextvars.copy_context()]

    assert "decimal_context" not in contextvars.Context().run(names)
    assert decimal.getcontext()


@pytest.mark.parametrize("cls", [type(pathlib.Path()), uuid.UUID, collections.ChainMap])
def test_half_made_values_are_told_by_type(cls: type) -> None:
    """An object without its slots is no failure."""
    assert type(Capture().value(object.__new__(cls))) is Ref


def test_a_half_made_fraction() -> None:
    """Empty slots of a fraction are unset."""
    assert repr(Capture().value(object.__new__(fractions.Fraction))) == "Fraction(<unset>, <unset>)"


def test_a_mapping_proxy_does_not_ask_its_mapping() -> None:
    """A proxy over a mapping of the user's is read without it."""
    traps = Traps()
    assert repr(Capture().value(types.MappingProxyType(traps.make(dict)))) == "mappingproxy(<Hostile#1>)"
    assert not traps.called


@pytest.mark.parametrize("base", [str, int, float, complex, bytes, list, dict, tuple, set, bytearray])
def test_subclasses_of_builtins_are_read_without_their_code(base: type) -> None:
    """A subclass that overrides everything is read by the builtin's own C functions."""
    traps = Traps()
    Capture().value([traps.make(base)])
    assert not traps.called


def test_libraries_that_are_not_imported_stay_so() -> None:
    """Capture imports none of the libraries it recognises, beside what wrapt, a requirement, imports itself."""
    code = (
        "import sys, wrapt; before = set(sys.modules)\n"
        "from snapy_instrument.capture.capture import Capture; Capture().value([object(), len, 1])\n"
        "print([name for name in ('numpy', 'pandas', 'attrs', 'attr', 'pydantic', 'uuid', 'decimal',"
        " 'fractions', 'pathlib', 'zoneinfo', 'array') if name in sys.modules and name not in before])"
    )
    homes = [pathlib.Path(str(module.__file__)).parents[1] for module in (snapy_instrument, wrapt)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(map(str, homes))},
    )
    assert done.stdout == "[]\n", done.stderr


def test_a_mark_stands_for_itself() -> None:
    """A value that is a mark already is not described again."""
    assert Capture().value(Mark("Color.RED")) == Mark("Color.RED")


def test_character_classes_of_a_pattern_are_sorted() -> None:
    """A pattern joined from a set reads the same whatever the order; ranges and escapes stay whole."""
    one, other = (Capture().value(re.compile(text)) for text in (r"x[b\]a-cz\-]\[q[ny]", r"x[z\-\]ba-c]\[q[yn]"))
    assert one == other == Struct("Pattern", ((None, r"x[\-\]a-cbz]\[q[ny]"),))


def test_the_builtins_are_a_mark() -> None:
    """The namespace that code ran in is shown without the builtins, which differ from Python to Python."""
    namespace: dict[str, Any] = {"x": 1}
    exec("y = 2", namespace)
    assert Capture().value(namespace) == {"x": 1, "__builtins__": Mark("<builtins>"), "y": 2}
