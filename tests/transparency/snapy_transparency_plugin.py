"""A pytest plugin for the suites under test: a tracer is active in each test, and counts what it records.

It is copied beside the suite and loaded with ``-p``; it imports nothing of this package.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

calls = 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Record the test with the backend that the runner asks for."""
    global calls
    from snapy_instrument import FunctionTracer

    patterns = os.environ["SNAPY_TRANSPARENCY_MODULES"].split()
    tracer = FunctionTracer(patterns, backend=os.environ["SNAPY_TRANSPARENCY_BACKEND"], max_events=1_000_000)
    try:
        with tracer:
            return (yield)
    finally:
        calls += sum(event.event_type == "call" for event in tracer.events)
        tracer.cleanup()


def pytest_sessionfinish() -> None:
    """Leave the count where the runner looks for it."""
    Path(os.environ["SNAPY_TRANSPARENCY_COUNT"]).write_text(str(calls), encoding="utf-8")
