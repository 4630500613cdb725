"""The latest difference of a process."""

from __future__ import annotations

from snapy_instrument.testing.differences import Difference, Differences


def test_a_run_inside_a_run_starts_anew() -> None:
    """And restores what was there."""
    state = Differences()
    state.reported, state.latest = True, Difference(["1 change"], ["+ m.f()"])
    restore = state.begin()
    assert vars(state) == vars(Differences())
    restore()
    assert state.reported
    assert vars(state) == {**vars(Differences()), "reported": True, "latest": Difference(["1 change"], ["+ m.f()"])}


def test_each_test_starts_anew() -> None:
    """What the run decided stays."""
    state = Differences()
    state.reported, state.latest, state.snapshots = True, Difference(["1 change"], []), [object()]
    state.begin_test()
    assert vars(state) == {**vars(Differences()), "reported": True}
