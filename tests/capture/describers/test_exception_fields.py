"""Exceptions are described by their arguments and fields, and nothing in them runs or changes."""

from __future__ import annotations

import pickle
import time
from typing import Any

import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.values import Cut


def text(value: Any, everything: bool = False) -> str:
    """How the captured value reads."""
    return ValueText(everything=everything).show(Capture().value(value))


class Declined(Exception):
    """An exception with code of its own."""

    def __str__(self) -> str:
        raise AssertionError("called")

    __repr__ = __str__


class HTTPException(Exception):
    """An exception that keeps its arguments itself."""

    def __init__(self, status_code: int, detail: str | None = None) -> None:
        self.status_code = status_code
        self.detail = detail


class Slotted(Exception):
    """An exception with slots."""

    __slots__ = ("code", "unset")

    def __init__(self, *, code: int) -> None:
        self.code = code


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """Raise ``error`` and return it."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_arguments_are_shown() -> None:
    """Type name and args; groups with what they hold."""
    assert text(Declined("no", 3)) == "Declined('no', 3)"
    assert text(ExceptionGroup("g", [Declined(1)])) == "ExceptionGroup('g', [Declined(1)])"


def test_the_files_of_a_file_error_are_shown() -> None:
    """An OSError has its file names beside its args."""
    assert text(FileNotFoundError(2, "no", "/x")) == "FileNotFoundError(2, 'no', filename='/x')"
    assert text(OSError(2, "no", "a", None, "b")) == "FileNotFoundError(2, 'no', filename='a', filename2='b')"


def test_keyword_arguments_are_shown() -> None:
    """The fields of the namespace, where args are empty."""
    assert text(HTTPException(status_code=404, detail="x")) == "HTTPException(status_code=404, detail='x')"


def test_a_field_that_an_argument_shows_is_left_out() -> None:
    """By identity, or by value for texts and numbers; None is none of these."""
    assert text(HTTPException(404)) == "HTTPException(404, detail=None)"
    assert text(HTTPException(404, "".join(["no ", "such"]))) == "HTTPException(404, 'no such')"


def test_slots_are_shown() -> None:
    """Those that are set."""
    assert text(Slotted(code=3)) == "Slotted(code=3)"


def test_a_secret_field_is_redacted() -> None:
    """The names of fields are judged like those of parameters."""
    error = Declined()
    vars(error)["password"] = "hunter2"
    assert text(error) == "Declined(password=<redacted>)"


def test_the_message_holds_the_fields() -> None:
    """`ExceptionInfo.message` has no notes and no cause."""
    error = raised(HTTPException(status_code=404), KeyError("k"))
    error.add_note("n")
    assert Capture().exception(error)[0] == ExceptionInfo("HTTPException", "status_code=404, detail=None")
    plain = raised(ValueError("no"), KeyError("k"))
    assert Capture().exception(plain)[0].message == "no"


def test_notes_cause_and_context_are_for_verbose_texts() -> None:
    """A cause hides the context, and ``from None`` hides both, as in a traceback."""
    error = raised(Declined(), KeyError("k"))
    error.add_note("n")
    assert text(error) == "Declined()"
    assert text(error, everything=True) == "Declined(__notes__=['n'], __cause__=KeyError('k'))"
    hidden = Declined()
    hidden.__context__, hidden.__suppress_context__ = KeyError("k"), True
    assert text(hidden, everything=True) == "Declined()"
    hidden.__suppress_context__ = False
    assert text(hidden, everything=True) == "Declined(__context__=KeyError('k'))"


def test_an_exception_that_causes_itself_ends() -> None:
    """A cycle of causes is marked."""
    first, second = ValueError(1), ValueError(2)
    first.__cause__, second.__cause__ = second, first
    assert text(first, everything=True) == "ValueError(1, __cause__=ValueError(2, __cause__=<cycle>))"


def test_a_long_chain_of_contexts_is_bounded() -> None:
    """Its depth is limited, and reading it takes no time that anybody would notice."""
    error = ValueError(0)
    for number in range(10_000):
        following = ValueError(number)
        following.__context__ = error
        error = following
    before = time.perf_counter()
    assert "<too deep #" in text(error, everything=True)
    assert time.perf_counter() - before < 1


def test_many_fields_are_cut() -> None:
    """As those of every object."""
    error = Declined()
    vars(error).update({f"f{number}": number for number in range(100)})
    assert isinstance(Capture().value(error), Cut)


@pytest.mark.parametrize("kind", [ValueError, OSError, StopIteration, Declined])
def test_describing_leaves_the_exception_as_it_is(kind: type[BaseException]) -> None:
    """No namespace is made for an exception without one: it would be pickled."""
    error = kind("x")
    before = pickle.dumps(error)
    text(error)
    assert pickle.dumps(error) == before


def test_no_code_of_the_class_runs() -> None:
    """``args`` and fields are read from the exception itself, not through properties of its class."""

    class Sly(Exception):
        args = property(lambda self: pytest.fail("woken"))
        __dict__ = property(lambda self: pytest.fail("woken"))
        __cause__ = property(lambda self: pytest.fail("woken"))
        __reduce__ = property(lambda self: pytest.fail("woken"))

        def __getattribute__(self, name: str) -> Any:
            pytest.fail("woken")

    assert text(Sly(1)) == "Sly(1)"


def test_fields_are_compared_by_builtin_types_alone() -> None:
    """``==`` of an argument would be code of the program."""

    class Equal:
        def __eq__(self, other: object) -> bool:
            pytest.fail("woken")

        __hash__ = None  # type: ignore[assignment]

    error = Declined(Equal())
    vars(error)["other"] = Equal()
    assert text(error) == "Declined(<Equal#1>, other=<Equal#2>)"
