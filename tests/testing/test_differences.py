"""The latest difference of a process."""

from __future__ import annotations

from snapy_instrument.testing.differences import Difference, Differences


def test_a_run_inside_a_run_starts_anew() -> None:
    """And restores what was there."""
    state = Differences()
    state.reported, state.latest = True, Difference(["1 change"], ["1 change", "+ m.f()"])
    restore = state.begin()
    assert vars(state) == vars(Differences())
    restore()
    assert vars(state) == {"reported": True, "latest": Difference(["1 change"], ["1 change", "+ m.f()"])}
