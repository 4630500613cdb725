"""Work during which no garbage collection starts."""

from __future__ import annotations

import gc

import pytest

from snapy_instrument._gc_pause import uncollected
from snapy_instrument.trace.diff.diff import diff_traces


@uncollected()
def _failing(seen: list[bool]) -> None:
    seen.append(gc.isenabled())
    raise ZeroDivisionError


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:
    """Switched on or off by the program, and not by us; also where an error ends the work."""
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    seen: list[bool] = []
    try:
        with pytest.raises(ZeroDivisionError):
            _failing(seen)
        diff_traces("trace v1 standard\nm.f(x=1)", "trace v1 standard\nm.f(x=2)")
        after = gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()
    assert (seen, after) == ([False], enabled)
