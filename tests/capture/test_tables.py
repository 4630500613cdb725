"""The tables that both twins of the walk look into."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from snapy_instrument._twins import native_part
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.policy import Policy
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.capture.tables import Tables


def tables() -> Tables:
    """Those of a new recording."""
    return Policy(Limits(), Redactor()).tables


@pytest.mark.parametrize("field", dataclasses.fields(Tables), ids=lambda field: field.name)
def test_a_table_is_never_replaced(field: dataclasses.Field[Any]) -> None:
    """The native twin holds the table of the beginning, so another one would be seen by Python alone."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(tables(), field.name, None)


def test_the_tables_are_those_of_the_policy() -> None:
    """What a part of the policy learns is in the table."""
    policy = Policy(Limits(depth=3), Redactor())
    assert policy.texts.is_clean("pen")
    policy.secrecy("password")
    policy.constructing.add(7)
    assert "pen" in policy.tables.clean
    assert "password" in policy.tables.secrecies
    assert 7 in policy.tables.constructing
    assert policy.tables.depth == 3


def test_forgetting_clears_the_tables() -> None:
    """The same tables are empty, not others in their place."""
    capture = Capture()
    capture.value(["pen", b"ink", object()])
    held = capture._policy.tables
    assert held.clean
    capture.forget()
    assert held is capture._policy.tables
    assert not held.clean
    assert not held.clean_data
    assert not held.lookups


@pytest.mark.skipif(native_part("Capture") is None, reason="pure Python runs")
@pytest.mark.parametrize("name", ["clean", "lookups", "registrations", "views", "depth"])
def test_the_native_twin_takes_tables_of_the_right_types_alone(name: str) -> None:
    """A table of another type would be read as what it is not."""
    wrong = dataclasses.replace(tables(), **{name: "no table"})  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Capture()._use(wrong)
