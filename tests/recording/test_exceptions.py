"""Where an exception was first seen."""

from __future__ import annotations

from types import CodeType

from snapy_instrument.events import ExceptionInfo
from snapy_instrument.recording.exceptions import Passing, Seen, seen_exception, traceback_of
from snapy_instrument.values import Struct


def inner(error: Exception) -> None:
    """Raises."""
    raise error


def outer(error: Exception) -> None:
    """Lets it pass."""
    inner(error)


def caller(error: Exception) -> None:
    """Is where an exception arrives."""
    outer(error)


INNER, OUTER, CALLER = inner.__code__, outer.__code__, caller.__code__


def seen(text: str, *codes: CodeType, identity: int = 7) -> Seen:
    """A ValueError on its way through frames of ``codes``."""
    value = Struct("ValueError", ((None, text),))
    return Seen(identity, ExceptionInfo("ValueError", text), value, tuple(map(id, codes)))


def test_an_exception_is_first_seen_in_the_innermost_call() -> None:
    """The caller that it passes names that call."""
    passing = Passing()
    assert passing.left(2, 1, INNER, seen("a", INNER)) == 2
    assert passing.left(1, None, OUTER, seen("a", OUTER, INNER)) == 2
    assert not passing.below


def test_an_id_used_again_is_another_exception() -> None:
    """Same id and text, raised in the caller itself: its traceback does not come through the inner call."""
    passing = Passing()
    passing.left(2, 1, INNER, seen("a", INNER))
    assert passing.left(1, None, OUTER, seen("a", OUTER)) == 1


def test_an_exception_with_another_text_is_seen_anew() -> None:
    """It was changed on its way."""
    passing = Passing()
    passing.left(2, 1, INNER, seen("a", INNER))
    assert passing.left(1, None, OUTER, seen("b", OUTER, INNER)) == 1


def test_tasks_may_fail_in_any_order() -> None:
    """Both children's exceptions are known where one of them leaves the caller."""
    for order in ((2, 3), (3, 2)):
        passing = Passing()
        for number in order:
            passing.left(number, 1, INNER, seen("a", INNER, identity=number))
        assert passing.left(1, None, OUTER, seen("a", OUTER, INNER, identity=2)) == 2


def test_a_call_that_ends_otherwise_forgets() -> None:
    """What was caught below it concerns nobody any more."""
    passing = Passing()
    passing.left(2, 1, INNER, seen("a", INNER))
    passing.ended(1)
    assert not passing.below


def test_the_last_call_is_amended_by_what_came_out_of_it() -> None:
    """It was reported as left by one exception, and was left by the one caught before, from an inner call."""
    passing = Passing()
    passing.left(2, 1, INNER, seen("a", INNER, identity=1))
    passing.left(3, 1, INNER, seen("b", INNER, identity=2))
    passing.left(1, 0, OUTER, seen("b", OUTER, INNER, identity=2))
    assert passing.amend(1, 0, OUTER, seen("a", CALLER, OUTER, INNER, identity=1)) == 2
    assert passing.left(0, None, INNER, seen("a", INNER, OUTER, identity=1)) == 2


def test_nothing_is_amended_by_another_exception() -> None:
    """It did not come through the call, or is the one that was reported, or the call was not the last."""
    passing = Passing()
    reported = seen("a", OUTER)
    passing.left(1, 0, OUTER, reported)
    assert passing.amend(1, 0, OUTER, seen("b", CALLER, INNER, identity=8)) is None
    assert passing.amend(1, 0, OUTER, seen("a", CALLER, OUTER)) is None
    assert passing.amend(2, 0, OUTER, seen("b", CALLER, OUTER, identity=8)) is None


def test_nothing_is_amended_by_an_exception_thrown_into_the_same_code() -> None:
    """It arrives in a second generator of the function, which is closed: the first was left before."""
    passing = Passing()
    passing.left(1, 0, OUTER, seen("a", OUTER))
    assert passing.amend(1, 0, OUTER, seen("b", OUTER, identity=8)) is None


def test_callers_that_are_gone_are_forgotten_in_time() -> None:
    """Tasks that outlive their creator leave no more than a bounded number of traces."""
    passing = Passing()
    for number in range(20_000):
        passing.left(2 * number + 1, 2 * number, INNER, seen("a", INNER))
    assert len(passing.below) == 10_000


def test_the_traceback_begins_where_the_exception_arrived() -> None:
    """The codes of all frames down to the raise."""
    try:
        outer(ValueError("a"))
    except ValueError as error:
        arrived = error
    exception = seen_exception(arrived, traceback_of(arrived), ExceptionInfo("ValueError", "a"), Struct("", ()))
    assert exception.codes[1:] == (id(OUTER), id(INNER))
    assert exception.identity == id(arrived)


def test_what_the_interpreter_makes_of_a_stop_iteration_is_one_exception() -> None:
    """Before 3.12 it does not show in the generator's frame, so frames and callers see different objects."""
    message = "generator raised StopIteration"
    info, value = ExceptionInfo("RuntimeError", message), Struct("RuntimeError", ((None, message),))
    first, second = (seen_exception(RuntimeError(message), None, info, value) for _ in range(2))
    passing = Passing()
    assert passing.left(2, 1, INNER, first) == passing.left(1, None, OUTER, second) == 2
