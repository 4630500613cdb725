"""Objects that are described by their fields, never by their methods."""

from __future__ import annotations

import collections
import dataclasses
import enum
import typing
from typing import Any, ClassVar

import attrs
import msgspec
import pydantic
import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.values import REDACTED, UNSET, Mark, Ref, Struct
from tests.capture.hostile import Traps


def seen(value: Any) -> Any:
    """``value`` captured alone."""
    return Capture().value(value)


def text(value: Any) -> str:
    """How the captured value reads."""
    return repr(seen(value))


@dataclasses.dataclass
class Item:
    """A dataclass with every kind of field."""

    everything: ClassVar[int] = 1
    sku: str
    start: dataclasses.InitVar[int] = 0
    hidden: int = dataclasses.field(default=1, repr=False)
    fixed: int = dataclasses.field(default=5, init=False)
    password: str = "x"

    def __repr__(self) -> str:
        raise AssertionError("called")


@dataclasses.dataclass(slots=True)
class Slotted:
    """A dataclass without ``__dict__``."""

    a: int
    b: int = 2


def test_a_dataclass() -> None:
    """Fields in order; those with repr=False, class variables and init-only ones are left out."""
    assert text(Item("pen")) == "Item(sku='pen', fixed=5, password=<redacted>)"


def test_a_subclass_of_a_dataclass() -> None:
    """A plain subclass has the fields of its base and its own name."""

    class Special(Item):
        pass

    assert text(Special("pen")) == "Special(sku='pen', fixed=5, password=<redacted>)"


def test_a_dataclass_with_slots() -> None:
    """Slots are read like fields of a dict."""
    assert seen(Slotted(1)) == Struct("Slotted", (("a", 1), ("b", 2)))


@pytest.mark.parametrize("cls", [Item, Slotted])
def test_a_half_made_dataclass(cls: type) -> None:
    """Fields that are not there yet are unset, or their class's default."""
    fields = dict(seen(object.__new__(cls)).fields)
    assert UNSET in fields.values()


def test_no_field_is_read_through_a_property() -> None:
    """A property put in the place of a field is not opened."""

    @dataclasses.dataclass
    class Lazy:
        field: int = 0

    lazy = Lazy.__new__(Lazy)
    Lazy.field = property(lambda self: pytest.fail("woken"))  # type: ignore[assignment]
    assert seen(lazy) == Struct("Lazy", (("field", UNSET),))


def test_the_repr_flag_of_a_field_is_not_asked() -> None:
    """A flag that is an object of the user's is neither True nor False to us, and the field is shown."""
    traps = Traps()
    odd: Any = dataclasses.make_dataclass("Odd", [("a", int, dataclasses.field(default=1))])
    odd.__dataclass_fields__["a"].repr = traps.make()
    assert text(odd()) == "Odd(a=1)"
    assert not traps.called


def test_a_false_dataclass() -> None:
    """A class that only claims to be a dataclass is described by identity."""

    class Liar:
        __dataclass_fields__: ClassVar[Any] = {"a": 1}

    assert seen(Liar()) == Ref("Liar", 1)


def test_attrs() -> None:
    """attrs classes with and without slots; a custom repr of a field may be there to hide it."""

    @attrs.define
    class New:
        x: int
        _y: str = "s"
        left_out: int = attrs.field(default=1, repr=False)
        masked: str = attrs.field(default="visible", repr=lambda value: "***")

    @attrs.define(slots=False)
    class Old:
        x: int
        token: str = "abc"

    assert text(New(1)) == "New(x=1, _y='s', masked=<redacted>)"
    assert text(Old(1)) == "Old(x=1, token=<redacted>)"
    assert text(object.__new__(New)) == "New(x=<unset>, _y=<unset>, masked=<redacted>)"


def test_pydantic() -> None:
    """pydantic models: fields, without those of repr=False, with extras; no method of the model runs."""

    class Model(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="allow")
        a: int
        api_key: str = "k"
        left_out: int = pydantic.Field(1, repr=False)

        def __repr_args__(self) -> Any:
            raise AssertionError("called")

    assert text(Model(a=1, more=[2])) == "Model(a=1, api_key=<redacted>, more=[2])"  # type: ignore[call-arg]
    assert text(Model.model_construct()) == "Model(a=<unset>, api_key=<redacted>)"
    assert text(pydantic.SecretStr("abc")) == "<SecretStr#1>"


def test_other_spellings_of_pydantic() -> None:
    """Before 2.10 the fields had another name; without a dict of fields a model is described by identity."""
    old = type("Old", (), {"__pydantic_validator__": 1, "model_fields": {"a": None}})()
    old.a = 1
    assert text(old) == "Old(a=1)"
    assert text(type("Odd", (), {"__pydantic_validator__": 1})()) == "<Odd#1>"


def test_a_false_attrs_class() -> None:
    """A class that only claims to be of attrs is described by identity."""
    assert text(type("Liar", (), {"__attrs_attrs__": (1,)})()) == "<Liar#1>"


def test_pydantic_dataclass() -> None:
    """A pydantic dataclass reads like a dataclass."""

    @pydantic.dataclasses.dataclass
    class Point:
        x: int

    assert text(Point(1)) == "Point(x=1)"


def test_named_tuples() -> None:
    """Both kinds of named tuple, by their fields."""

    point = collections.namedtuple("point", "x y")

    class Typed(typing.NamedTuple):
        x: int
        password: str = "p"

    assert text(point(1, "b")) == "point(x=1, y='b')"
    assert seen(Typed(1)) == Struct("Typed", (("x", 1), ("password", REDACTED)))


def test_other_tuple_subclasses() -> None:
    """A tuple subclass without field names is described by type."""

    class Pair(tuple[int, ...]):
        pass

    assert seen(Pair((1, 2))) == Ref("Pair", None)


class Color(enum.Enum):
    """A plain Enum."""

    RED = 1


class Perm(enum.Flag):
    """A Flag."""

    R = 1
    W = 2
    X = 4
    RW = 3


class Open(enum.IntFlag):
    """A Flag that keeps bits it does not know."""

    A = 1


class Name(enum.StrEnum):
    """An Enum of texts."""

    FIRST = "first"


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (Color.RED, "Color.RED"),
        (Name.FIRST, "Name.FIRST"),
        (Perm.R, "Perm.R"),
        (Perm.R | Perm.W, "Perm.RW"),
        (Perm.X | Perm.R, "Perm.R|X"),
        (Perm.R | Perm.W | Perm.X, "Perm.R|W|X"),
        (Perm(0), "Perm(0)"),
        (Open.A | 8, "Open.A|0x8"),
        (Open(8), "Open(8)"),
    ],
)
def test_enum_members(member: Any, expected: str) -> None:
    """Members by name; combinations by their single bits, the same on every Python."""
    assert seen(member) == Mark(expected)


def test_an_enum_member_with_a_repr_of_its_own() -> None:
    """The member's own ``__repr__`` and ``_missing_`` are not called."""

    class Loud(enum.Enum):
        A = 1

        def __repr__(self) -> str:
            raise AssertionError("called")

    assert seen(Loud.A) == Mark("Loud.A")


def test_a_half_made_member() -> None:
    """An Enum member without a name is described by type, one outside the map of members by its name."""
    member = object.__new__(Color)
    assert type(seen(member)) is Ref
    member._name_ = "BLUE"
    assert seen(member) == Mark("Color.BLUE")


def test_an_enum_type_is_not_kept_alive() -> None:
    """The decision about a type does not keep it: a class made in a test is freed with it."""
    import gc
    import weakref

    def make() -> Any:
        class Local(enum.Flag):
            A = 1

        class Record:
            __slots__ = ("x",)

        dataclasses.dataclass(Record)
        for each in (Local.A, Record(), Slotted(1)):
            seen(each)
        return weakref.ref(Local), weakref.ref(Record)

    refs = make()
    gc.collect()
    assert [ref() for ref in refs] == [None, None]


def test_a_dataclass_exception() -> None:
    """An exception that is a dataclass is described by its fields."""

    @dataclasses.dataclass
    class Problem(Exception):
        code: int

    assert text(Problem(code=3)) == "Problem(code=3)"


@pytest.mark.parametrize("base", [object, Exception, tuple, str])
def test_a_hostile_class_that_looks_like_a_record(base: type) -> None:
    """Class attributes that name fields do not lead into the object's own code."""
    traps = Traps()
    obj = traps.make(base)
    for name in ("__dataclass_fields__", "__attrs_attrs__", "__pydantic_fields__", "_fields", "_member_map_"):
        type.__setattr__(type(obj), name, Traps().make())
    seen(obj)
    assert not traps.called


def test_msgspec_structs_are_their_fields() -> None:
    """In their order, secrets hidden, without code of the class."""

    class Order(msgspec.Struct, frozen=True):
        """A struct of C slots."""

        sku: str
        password: str = "x"
        qty: int = 1

        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(name)

    assert repr(Capture().value(Order("pen", qty=3))) == "Order(sku='pen', password=<redacted>, qty=3)"
