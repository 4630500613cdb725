"""Functions that may have a proxy, and reasons of those that may not."""

from __future__ import annotations

import dataclasses
import enum
import sys
import typing
from typing import Any, NamedTuple, Protocol

import pytest

from snapy_instrument.backends.hook.eligibility import is_delicate_class, is_safe_special, looks_at_frames, refusal


class _Meta(type):
    pass


class _Shape(Protocol):
    def area(self) -> int: ...


class _Colour(enum.Enum):
    RED = 1


class _Point(NamedTuple):
    x: int


@dataclasses.dataclass
class _Record:
    x: int = 1


@pytest.mark.parametrize("owner", [_Meta, _Shape, _Colour, _Point, type])
def test_special_methods_of_some_classes_are_left_alone(owner: type) -> None:
    """Python calls those of metaclasses, protocols, enums and named tuples where a proxy could recurse."""
    assert is_delicate_class(owner)


@pytest.mark.parametrize("owner", [_Record, object, dict, tuple, Exception])
def test_other_classes_are_not_delicate(owner: type) -> None:
    """A dataclass, a builtin and an exception."""
    assert not is_delicate_class(owner)


@pytest.mark.parametrize("name", ["__init__", "__call__", "__enter__", "__aexit__", "__add__", "__ror__", "__invert__"])
def test_plainly_safe_special_methods_may_have_a_proxy(name: str) -> None:
    """Construction, calls, context managers and operators."""
    assert is_safe_special(name)


@pytest.mark.parametrize("name", ["__repr__", "__getattr__", "__hash__", "__eq__", "__instancecheck__", "__del__"])
def test_other_special_methods_may_not(name: str) -> None:
    """Those that Python calls at any moment."""
    assert not is_safe_special(name)


def _caller() -> Any:
    return sys._getframe(1)


def _walker(frame: Any) -> Any:
    return frame.f_back


def _plain() -> None:
    """Do nothing."""


def test_code_that_looks_at_frames_is_found_by_its_names() -> None:
    """A function of ``sys`` or an attribute of a frame."""
    assert looks_at_frames(_caller.__code__)
    assert looks_at_frames(_walker.__code__)
    assert not looks_at_frames(_plain.__code__)


def test_each_refusal_has_a_reason() -> None:
    """The reason is a phrase for the report; a function that may have a proxy has none."""

    class Odd:
        def __repr__(self) -> str:
            return ""

    assert refusal(_plain.__code__) is None
    assert "frames" in str(refusal(_caller.__code__))
    assert "special method" in str(refusal(typing.cast(Any, Odd.__repr__).__code__))
    assert "library" in str(refusal(typing.cast(Any, _Record.__eq__).__code__))
