"""A pytest plugin for the suites under test: reports the warnings and, on request, records each test with a tracer.

It is copied beside the suite and loaded with ``-p``; it imports nothing of this package. Settings come from the
environment: SNAPY_TRANSPARENCY_NOTES names the JSON file it leaves behind; with SNAPY_TRANSPARENCY_BACKEND a tracer
of that backend is active for the patterns of SNAPY_TRANSPARENCY_MODULES: from the setup of each test to its teardown
where only proxies are watched, in its call where a frame backend would have to look at all that pytest does as well.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

BACKEND: Any = os.environ.get("SNAPY_TRANSPARENCY_BACKEND", "")
PATTERNS = os.environ.get("SNAPY_TRANSPARENCY_MODULES", "").split()
given: list[str] = []
calls = 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Record the test with proxies, if the runner asks for them."""
    with _recorded() if BACKEND == "proxy" else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Record the test with a frame backend, if the runner asks for one."""
    with _recorded() if BACKEND not in ("", "proxy") else nullcontext():
        return (yield)


@contextmanager
def _recorded() -> Iterator[None]:
    global calls
    from snapy_instrument import FunctionTracer

    tracer = FunctionTracer(PATTERNS, backend=BACKEND, max_events=1_000_000)
    try:
        with tracer:
            yield
    finally:
        calls += sum(event.event_type == "call" for event in tracer.events)
        tracer.cleanup()


def pytest_warning_recorded(warning_message: warnings.WarningMessage, nodeid: str) -> None:
    """Note a warning with its place."""
    category = warning_message.category.__name__
    place = f"{Path(warning_message.filename).name}:{warning_message.lineno}"
    given.append(f"{nodeid}: {category} at {place}: {str(warning_message.message).splitlines()[:1]}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the notes where the runner looks for them."""
    notes = {"calls": calls, "warnings": given, **_hook_notes(session.config)}
    Path(os.environ["SNAPY_TRANSPARENCY_NOTES"]).write_text(json.dumps(notes), encoding="utf-8")


def _hook_notes(config: pytest.Config) -> dict[str, Any]:
    if not BACKEND:
        return {}
    from snapy_instrument.testing.plugin.pytest_plugin import _hook_key

    hook = config.stash.get(_hook_key, None)
    if hook is None:
        return {}
    report = hook.report()
    return {"wrapped": len(report.wrapped), "left": report.not_wrapped}
