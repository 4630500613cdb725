"""The cost of an event as it is measured here."""

from __future__ import annotations

from itertools import cycle

import pytest

from snapy_instrument.tracers import recording_cost
from snapy_instrument.tracers.recording_cost import cost_per_event


@pytest.fixture(autouse=True)
def _measured_again() -> None:
    cost_per_event.cache_clear()


def test_a_round_that_was_held_up_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one of plain calls, which would make recording cost nothing, nor one of recorded calls."""
    seconds = cycle([1.0, 8.0, 9.0, 3.0, 1.5, 3.5])
    monkeypatch.setattr(recording_cost, "_seconds", lambda function: next(seconds))
    assert cost_per_event("proxy") == (3.0 - 1.0) / (2 * recording_cost._CALLS)
    cost_per_event.cache_clear()


@pytest.mark.parametrize("backend", ["", "auto", "magic"])
def test_a_backend_that_records_nothing_has_no_cost(backend: str) -> None:
    """The message names it; the cost of another backend is not reported in its place."""
    with pytest.raises(ValueError, match=f"backend='{backend}'"):
        cost_per_event(backend)


def test_recording_leaves_nothing_behind() -> None:
    """The measurement takes its own backend and gives it back."""
    import sys

    before = sys.gettrace()
    assert cost_per_event("settrace") > 0
    assert sys.gettrace() is before
