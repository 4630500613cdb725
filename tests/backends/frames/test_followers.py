"""The local trace functions of the settrace backend, and what is decided for each code object."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest

from snapy_instrument import FunctionTracer
from snapy_instrument.backends.frames.followers import FramePlan
from snapy_instrument.recording.sites import Site


def plain(number: int) -> int:
    """A plain function."""
    return number


def generator(number: int) -> Iterator[int]:
    """A generator function."""
    yield number


def splits() -> None:
    """A function with ``except*``."""
    try:
        plain(1)
    except* ValueError:
        pass


def raises() -> None:
    """A function that raises an exception again in a finally block."""
    try:
        raise ValueError("first")
    finally:
        plain(1)


def plan(function: Any, **options: Any) -> FramePlan:
    """Return the plan for frames of ``function``."""
    code: CodeType = function.__code__
    return FramePlan(code, Site(code, "shop"), None, **options)


def test_a_plain_function_runs_from_its_call_to_its_end() -> None:
    """The cheap follower takes it, where nobody wants its lines."""
    assert (plan(plain, plain=True).plain, plan(plain).plain, plan(generator, plain=True).plain) == (True, False, False)


def test_a_generator_suspends_and_begins_at_its_first_resume() -> None:
    """Its earlier instructions make the generator."""
    made = plan(generator)
    assert (made.suspends, plan(plain).suspends) == (True, False)
    assert made.start >= 0


def test_an_except_group_is_known_by_its_instruction() -> None:
    """It raises what it leaves over without an event."""
    assert (plan(splits).splits, plan(plain).splits) == (True, False)


@pytest.mark.parametrize("lines", [False, True])
def test_an_exception_that_a_finally_block_raises_again_is_the_first(lines: bool) -> None:
    """Python gives no second ``exception`` event."""
    with FunctionTracer([f"{__name__}:raises"], backend="settrace", trace_lines=lines) as tracer:
        with pytest.raises(ValueError, match="first"):
            raises()
    assert tracer.format_trace().splitlines()[1:] == [f"{__name__}.raises() raises ValueError('first')"]


def reraises_past_another() -> None:
    """Catch an exception inside a finally block, which raises the first one again without an event."""
    try:
        raise KeyError("first")
    finally:
        try:
            raise ValueError("caught")
        except ValueError:
            pass


@pytest.mark.parametrize("lines", [False, True])
def test_a_caught_exception_is_not_the_one_that_leaves_where_nobody_records_the_caller(lines: bool) -> None:
    """What arrives in the calling frame decides, whether the call has a parent or not."""
    tracer = FunctionTracer([f"{__name__}:reraises_past_another"], backend="settrace", trace_lines=lines)
    with tracer:
        for _ in range(2):
            with pytest.raises(KeyError):
                reraises_past_another()
    returns = [event for event in tracer.events if event.event_type == "return"]
    assert [str(event.exception and event.exception.type_name) for event in returns] == ["KeyError", "KeyError"]
