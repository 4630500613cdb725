"""The fixtures ``traced`` and ``trace_snapshot``.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["trace_snapshot", "traced"]

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from snapy_instrument.testing.pending_updates import pending
from snapy_instrument.testing.plugin.marks import tracer_options
from snapy_instrument.testing.plugin.settings import settings_key

if TYPE_CHECKING:
    from snapy_instrument._patterns import GivenPattern
    from snapy_instrument.testing.snapshot import TracedSnapshot, TracerFactory


@pytest.fixture
def traced(request: pytest.FixtureRequest) -> Iterator[TracerFactory]:
    """Return a function that makes tracers: ``with traced("myapp.*") as trace:``.

    It takes the arguments of `TracedSnapshot`. Without patterns a tracer records what the hook matches. An option
    that is not given comes from the mark ``snapy`` of the test, then from the settings of the run. All tracers are
    cleaned up after the test.
    """
    from snapy_instrument.testing.snapshot import TracedSnapshot
    from snapy_instrument.tracers.tracer_options import TracerOptions

    tracers: list[TracedSnapshot] = []
    settings = request.config.stash[settings_key]

    def make(*patterns: GivenPattern, **given: Any) -> TracedSnapshot:
        # Not before: the fixture tmp_path may be set up later than this one.
        defaults = TracerOptions(**tracer_options(request.node, settings))
        tracers.append(TracedSnapshot(patterns or None, **{"options": defaults, **given}))
        return tracers[-1]

    yield make
    for tracer in tracers:
        pending.note_trace(tracer, source="tracer")
        tracer.cleanup()


@pytest.fixture
def trace_snapshot(request: pytest.FixtureRequest) -> Any:
    """syrupy's ``snapshot`` that keeps each trace as one text file, ``__snapshots__/<module>/<test>.trace``."""
    try:
        snapshot = request.getfixturevalue("snapshot")
    except pytest.FixtureLookupError:
        pytest.fail(
            "the fixture trace_snapshot needs syrupy's plugin: pip install 'snapy-instrument[pytest]', and do not "
            "pass -p no:syrupy",
            pytrace=False,
        )
    from snapy_instrument.testing.syrupy.extension import TraceFileExtension
    from snapy_instrument.testing.syrupy.file_names import TraceLocation

    return replace(snapshot, extension_class=TraceFileExtension, test_location=TraceLocation(request.node))
