"""Where something starts: in the calling code, or at the first switch into a greenlet."""

from __future__ import annotations

from snapy_instrument import FunctionTracer, traced
from snapy_instrument.recording.greenlet_switches import spawn_here, switches
from snapy_instrument.recording.spawns import Spawn


def test_without_a_tracer_a_start_has_no_origin() -> None:
    """Nobody wants to know."""
    assert spawn_here().origins == {}


def test_a_start_inside_a_call_has_that_call_as_its_origin() -> None:
    """One origin for each recorder."""
    found: list[Spawn] = []

    @traced
    def starter() -> None:
        found.append(spawn_here())

    with FunctionTracer(["nothing"], backend="proxy") as one, FunctionTracer(["nothing"], backend="proxy"):
        starter()
    (begun, *_) = one.events
    assert len(found[0].origins) == 2
    assert begun.call_id in [origin.parent_id for origin in found[0].origins.values()]


def test_watching_ends_as_often_as_it_is_ended() -> None:
    """Without greenlets there is nothing to watch; a second end does nothing."""
    switches.watch()
    switches.forget()
    switches.forget()
    assert spawn_here().origins == {}
