"""Correct code of a user: fixtures and snapshots."""

from __future__ import annotations

from typing import assert_type

import pytest
from syrupy.assertion import SnapshotAssertion

from snapy_instrument import Trace, TracedSnapshot, TracedSnapshotExtension, TraceFileExtension, TracerFactory


def short(trace: Trace) -> str:
    """Return a text of the trace."""
    return trace.format("minimal")


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Use the extensions."""
    return snapshot.use_extension(TraceFileExtension).use_extension(TracedSnapshotExtension)


def test_pay(traced: TracerFactory, snapshot: SnapshotAssertion) -> None:
    """Use the fixture."""
    with traced("shop.*", "!shop.vendor.*", detail="verbose", scrub=["uuid"], serializer=short) as trace:
        pass
    assert_type(trace, TracedSnapshot)
    assert trace.format_trace() == snapshot


def test_snapshot() -> None:
    """Use the class."""
    with TracedSnapshot("shop.*", serializer=short, max_depth=3) as trace:
        pass
    assert_type(trace.build_call_graph(), dict[str, dict[str, int]])
