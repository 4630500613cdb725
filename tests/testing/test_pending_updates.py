"""Changed trace snapshots wait; new ones, and those of a run without the plugin, are written at once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from snapy_instrument.testing.pending_updates import PendingUpdates, Update


@pytest.fixture
def pending() -> PendingUpdates:
    """Pending changes of a run with the plugin."""
    found = PendingUpdates()
    found.holds = True
    return found


def test_a_changed_snapshot_waits(pending: PendingUpdates, tmp_path: Path) -> None:
    """It is kept with the old content; nothing is written."""
    path = tmp_path / "old.trace"
    path.write_bytes(b"x")
    pending.receive(str(path), b"y", lambda: pytest.fail("written"))
    assert pending.updates == [Update(str(path), b"x", b"y")]


def test_a_new_snapshot_is_written(pending: PendingUpdates, tmp_path: Path) -> None:
    """There is nothing that could be lost."""
    written: list[int] = []
    pending.receive(str(tmp_path / "new.trace"), b"y", lambda: written.append(1))
    assert (written, pending.updates) == ([1], [])


def test_without_a_plugin_all_is_written(tmp_path: Path) -> None:
    """Nobody would write it later."""
    (tmp_path / "old.trace").write_bytes(b"x")
    written: list[int] = []
    pending = PendingUpdates()
    pending.receive(str(tmp_path / "old.trace"), b"y", lambda: written.append(1))
    assert (written, pending.updates) == ([1], [])


def test_a_run_inside_another(pending: PendingUpdates) -> None:
    """A run of pytest inside another, as tests of plugins make, restores the state that it found."""
    end = pending.begin()
    assert not pending.holds
    pending.updates.append(Update("a", b"", b""))
    end()
    assert (pending.holds, pending.updates) == (True, [])


def test_traces_are_noted_for_readers_only(pending: PendingUpdates) -> None:
    """A tracer is noted as its trace, after the source."""
    pending.note_trace(SimpleNamespace(trace="lost"))
    pending.traces = []
    pending.note_trace(SimpleNamespace(trace="of a tracer"), source="tracer")
    pending.note_trace("text")
    assert pending.traces == [("tracer", "of a tracer"), ("snapshot", "text")]
