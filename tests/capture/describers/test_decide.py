"""The decision how a type is described."""

from __future__ import annotations

import collections
import dataclasses
import enum
import gc
import types
import weakref
from typing import Any

import pytest

from snapy_instrument import register_capture, unregister_capture
from snapy_instrument.capture.describers.callables import describe_class, describe_module
from snapy_instrument.capture.describers.decide import decide, unknown
from snapy_instrument.capture.describers.registry import decisions


@dataclasses.dataclass
class Item:
    """A class with fields."""

    sku: str


class Plain:
    """A class without a description."""


class Text(str):
    """A text."""


class Name(enum.StrEnum):
    """A text that is an Enum."""

    A = "a"


def test_a_type_is_decided_once() -> None:
    """And again where registrations have changed."""
    first = decide(Plain)
    assert decide(Plain) is first
    register_capture(Item, lambda item: item.sku)
    unregister_capture(Item)
    assert decide(Plain) is not first
    assert decide(Plain) == first


def test_a_type_that_dies_leaves_the_table() -> None:
    """The decision does not keep it alive."""
    made: Any = type("Made", (), {})
    decide(made)
    reference = weakref.ref(made)
    del made
    gc.collect()
    assert reference() is None
    assert all(entry[0] is not reference for entry in decisions.entries.values() if entry[0]() is not None)


@pytest.mark.parametrize(
    ("kind", "describe"), [(Plain, unknown), (object, unknown), (type, describe_class), (enum.EnumMeta, describe_class)]
)
def test_each_type_has_its_describer(kind: type, describe: Any) -> None:
    """Unknown classes by identity, classes of classes by name."""
    assert decide(kind).describe is describe


def test_a_subclass_of_a_module_is_a_module() -> None:
    """Lazy modules are."""
    assert decide(type("Lazy", (types.ModuleType,), {})).describe is describe_module


@pytest.mark.parametrize(
    ("kind", "is_text"), [(str, True), (bytes, True), (bytearray, True), (Text, True), (Name, False)]
)
def test_texts_are_known_by_their_bases(kind: type, is_text: bool) -> None:
    """An Enum that is a str is a name, no text."""
    assert decide(kind).is_text == is_text


def test_fields_are_named_where_a_describer_reads_nothing_else() -> None:
    """The native twin reads them itself."""
    assert decide(Item).fields == ("sku",)
    assert decide(Plain).fields is None
    assert decide(Name).fields is None


def test_a_class_that_only_has_a_known_name_is_unknown() -> None:
    """A known class is the one that the imported module holds."""
    assert decide(type("Decimal", (), {})).describe is unknown
    assert decide(type("ndarray", (), {})).describe is unknown
    assert decide(collections.OrderedDict).describe is not unknown


def test_a_registered_function_costs_more_and_is_called_once() -> None:
    """It is the program's: the walk may not call it a second time."""
    register_capture(Item, lambda item: item.sku)
    try:
        decision = decide(Item)
    finally:
        unregister_capture(Item)
    assert not decision.structural
    assert decision.cost > decide(Item).cost == 1
    assert decision.describe(Item("pen")) == ("Item", (None,), ("pen",))
