"""Per-thread flags."""

from __future__ import annotations

import threading

import pytest

from snapy_instrument import FunctionTracer, traced
from snapy_instrument._thread_flags import ThreadFlags, quiet, thread_flags
from snapy_instrument._twins import pure_twin


@traced
def called() -> None:
    """Recorded, unless the thread is quiet."""


def fails_quietly() -> None:
    """Call inside two levels, inside one, and raise."""
    with quiet():
        with quiet():
            called()
        called()
        raise ValueError("out")


def test_each_thread_has_its_own_flags() -> None:
    """And always the same ones."""
    others: list[ThreadFlags] = []
    thread = threading.Thread(target=lambda: others.append(thread_flags()))
    thread.start()
    thread.join()
    assert thread_flags() is thread_flags()
    assert others[0] is not thread_flags()


def test_nothing_is_recorded_inside_quiet() -> None:
    """Nested too, and after an exception the thread is recorded again."""
    with FunctionTracer(["tests.test_thread_flags"], backend="proxy") as tracer:
        with pytest.raises(ValueError, match="out"):
            fails_quietly()
        assert thread_flags().quiet == 0
        called()
    assert tracer.format_trace().count("called()") == 1


def test_quiet_is_a_matter_of_one_thread() -> None:
    """Another thread is recorded meanwhile."""
    with FunctionTracer(["tests.test_thread_flags"], backend="proxy") as tracer, quiet():
        thread = threading.Thread(target=called)
        thread.start()
        thread.join()
    assert tracer.format_trace().count("called()") == 1


@pytest.mark.parametrize("kind", [ThreadFlags, pure_twin(ThreadFlags)])
def test_new_flags_expect_nothing(kind: type[ThreadFlags]) -> None:
    """In both twins."""
    flags = kind()
    assert (flags.quiet, flags.expected, flags.expected_call) == (0, None, None)
    flags.quiet += 1
    assert flags.quiet == 1
