"""The cost of an event as it is measured here."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from snapy_instrument.tracers import diagnostics


def test_a_round_that_was_held_up_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one of plain calls, which would make recording cost nothing, nor one of recorded calls."""
    plain, recorded = cycle([1.0, 9.0, 1.5]), cycle([8.0, 3.0, 3.5])

    def seconds(function: Callable[..., Any]) -> float:
        return next(plain if function is diagnostics._sample else recorded)

    monkeypatch.setattr(diagnostics, "_seconds", seconds)
    assert diagnostics.cost_per_event.__wrapped__() == (3.0 - 1.0) / (2 * diagnostics._CALLS)
