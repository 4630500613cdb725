"""Dead descriptions of live values."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from snapy_instrument.values import CYCLE, REDACTED, Cut, Mark, Ref, Struct

VALUES = [
    (Ref("Gateway", 1), "<Gateway#1>"),
    (Ref("Gateway"), "<Gateway>"),
    (Struct("Item", (("sku", "pen"), (None, 2))), "Item(sku='pen', 2)"),
    (Mark("Color.RED"), "Color.RED"),
    (Cut("aaa", 997, "chars", "1f0c2a3b"), "'aaa'...<+997 chars #1f0c2a3b>"),
    (REDACTED, "<redacted>"),
    (CYCLE, "<cycle>"),
]


@pytest.mark.parametrize(("value", "shown"), VALUES)
def test_a_description_shows_as_in_a_text(value: Any, shown: str) -> None:
    """Objects by their type and number."""
    assert repr(value) == shown


@pytest.mark.parametrize("value", [value for value, _ in VALUES], ids=repr)
def test_a_description_is_a_value(value: Any) -> None:
    """It is equal to its copy, can be hashed, and cannot be changed."""
    copy = pickle.loads(pickle.dumps(value))
    assert (copy == value, hash(copy) == hash(value)) == (True, True)
    with pytest.raises(FrozenInstanceError):
        setattr(value, fields(value)[0].name, "x")
