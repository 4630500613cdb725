"""Our trace function rests while a proxy records: all Python code runs slower while it does not."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from snapy_instrument import IMPLEMENTATION, FunctionTracer, register_capture, traced
from snapy_instrument.backends.frames.settrace import settrace_backend


class Odd:
    """Described by a function."""


@register_capture(Odd)
def described(odd: Odd) -> list[int]:
    """What a trace shows of it."""
    return [1]


@traced
def called(odd: Odd) -> Odd:
    """A call that a proxy records."""
    return odd


@traced
def steps(odd: Odd) -> Iterator[Odd]:
    """The same of a generator."""
    yield odd


def test_it_rests() -> None:
    """A describer, which runs as part of recording, is no call; the C twin of 3.11 is not asked about its frame."""
    with FunctionTracer([__name__], backend="settrace") as tracer:
        called(Odd())
        list(steps(Odd()))
        asked = set(settrace_backend._plans)
    assert "[1]" in str(tracer.trace)
    assert "described" not in str(tracer.trace)
    assert id(test_it_rests.__code__) not in asked
    if IMPLEMENTATION == "native" and sys.version_info < (3, 12):
        assert id(described.__code__) not in asked
