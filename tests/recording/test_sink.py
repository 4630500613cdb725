"""One sink for all tracers."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import Fanout, SinkSlot, sink_of, withdraw
from snapy_instrument.recording.sites import site_of_function


def leaf(number: int) -> int:
    """What is recorded."""
    return number


assert type(leaf) is FunctionType
SITE = site_of_function(leaf)


def recorder(*, wants: bool = True) -> Recorder:
    """A recorder of everything, or of nothing."""
    return Recorder(lambda site: wants, Capture())


def kinds(one: Recorder) -> list[str]:
    """Its events."""
    one.close()
    return [str(event.event_type) for event in one.events()]


class Failing(Recorder):
    """A recorder that fails when a call ends."""

    problem: BaseException = OSError()

    def fail_as(self, call: Any, seen: Any) -> None:
        """Fail."""
        raise self.problem


def test_one_recorder_is_its_own_sink() -> None:
    """Nothing is between it and the backends."""
    one = recorder()
    assert sink_of([one]) is one
    assert sink_of([]) is None


def test_each_recorder_gets_the_call() -> None:
    """With its own token; one that does not want it has None."""
    one, other, none = recorder(), recorder(), recorder(wants=False)
    fanout = Fanout((one, other, none))
    calls = fanout.enter(SITE, (1,), "proxy")
    assert calls is not None
    assert calls[2] is None
    fanout.leave(calls, 1)
    assert (kinds(one), kinds(other), kinds(none)) == (["call", "return"], ["call", "return"], [])


def test_a_call_that_nobody_wants_has_no_token() -> None:
    """So backends do not follow it."""
    assert Fanout((recorder(wants=False), recorder(wants=False))).enter(SITE, (1,), "proxy") is None


def test_a_recorder_that_fails_withdraws_and_the_others_go_on() -> None:
    """The exception is ours."""
    failing, other = Failing(lambda site: True, Capture()), recorder()
    fanout = Fanout((failing, other))
    calls = fanout.enter(SITE, (1,), "proxy")
    assert calls is not None
    fanout.fail(calls, ValueError("x"))
    assert kinds(failing) == ["call", "marker", "return"]
    assert kinds(other) == ["call", "exception", "return"]


def test_an_exception_of_the_program_goes_on_and_ends_all_recordings() -> None:
    """Recorders that come later have not heard of the event."""
    failing, other = Failing(lambda site: True, Capture()), recorder()
    failing.problem = KeyboardInterrupt()
    fanout = Fanout((failing, other))
    calls = fanout.enter(SITE, (1,), "proxy")
    assert calls is not None
    with pytest.raises(KeyboardInterrupt):
        fanout.fail(calls, ValueError("x"))
    assert fanout.withdraw(KeyboardInterrupt())
    assert kinds(failing) == kinds(other) == ["call", "marker", "return"]


@pytest.mark.parametrize(("problem", "programs"), [(KeyError(1), False), (KeyboardInterrupt(), True)])
def test_without_a_recorder_an_exception_of_the_program_alone_is_raised_again(
    problem: BaseException, programs: bool
) -> None:
    """The recording may have ended in another thread while a backend was at work for it."""
    assert withdraw(None, problem) is programs


def test_the_slot_counts_tracers_with_a_frame_backend() -> None:
    """Added twice it counts once, removed twice it is gone."""
    slot, one = SinkSlot(), recorder()
    slot.frame(one)
    slot.frame(one)
    assert slot.framed == 1
    slot.unframe(one)
    slot.unframe(one)
    assert slot.framed == 0


def test_the_slot_has_the_sink_of_its_recorders() -> None:
    """None without one."""
    slot, one, other = SinkSlot(), recorder(), recorder()
    slot.add(one)
    assert slot.sink is one
    slot.add(other)
    assert isinstance(slot.sink, Fanout)
    slot.remove(one)
    assert slot.sink is other
    slot.remove(other)
    slot.remove(other)
    assert slot.sink is None
