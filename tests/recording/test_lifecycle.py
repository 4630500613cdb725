"""How a recording ends: closed, or withdrawn at the first failure of ours."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any

import pytest

from snapy_instrument import CallEvent, FunctionTracer, traced
from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import site_of_function

WAYS: list[Any] = ["proxy", "settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
MARKER = "recording stopped: OSError inside the tracer, later calls are missing"


def leaf(number: int) -> int:
    """A call without children."""
    return number


def made() -> tuple[Recorder, Any]:
    """A recorder and a site that it records."""
    assert type(leaf) is FunctionType
    return Recorder(lambda site: True, Capture()), site_of_function(leaf)


def shape(events: list[CallEvent]) -> list[tuple[str, str]]:
    """Kind and name of each event."""
    return [(str(event.event_type), event.function_name) for event in events]


def test_a_withdrawn_recorder_records_no_more() -> None:
    """What comes later is dropped, and the calls that were open end unfinished after the marker."""
    recorder, site = made()
    call: Any = recorder.enter(site, (1,), "proxy")
    assert not recorder.withdraw(OSError())
    recorder.leave(call, 1)
    assert recorder.enter(site, (2,), "proxy") is None
    recorder.close()
    assert shape(recorder.events()) == [("call", "leaf"), ("marker", MARKER), ("return", "leaf")]
    assert not recorder.events()[-1].finished


def test_a_second_withdrawal_changes_nothing() -> None:
    """One marker, of the first exception; a KeyboardInterrupt is the program's all the same."""
    recorder, _ = made()
    recorder.withdraw(OSError())
    assert recorder.withdraw(KeyboardInterrupt())
    recorder.close()
    recorder.close()
    assert shape(recorder.events()) == [("marker", MARKER)]


def test_a_call_that_is_in_no_table_is_ended() -> None:
    """Interrupted between the log and the stack, or between two stacks."""
    recorder, site = made()
    recorder.enter(site, (1,), "proxy")
    recorder._local.lane.stack.clear()
    recorder.withdraw(OSError())
    recorder.close()
    assert [kind for kind, _ in shape(recorder.events())] == ["call", "marker", "return"]


def test_a_call_that_has_its_end_gets_no_second_one() -> None:
    """Interrupted between the log and the stack on its way out."""
    recorder, site = made()
    call: Any = recorder.enter(site, (1,), "proxy")
    recorder.leave(call, 1)
    recorder._local.lane.stack.append(call)
    recorder.withdraw(OSError())
    recorder.close()
    assert [kind for kind, _ in shape(recorder.events())] == ["call", "return", "marker"]


def test_the_end_of_a_recording_is_the_time_of_its_last_event() -> None:
    """Not the time at which the block ends, which may be hours later."""
    recorder, site = made()
    recorder.enter(site, (1,), "proxy")
    recorder.withdraw(OSError())
    recorder.close()
    begin, marker, end = recorder.events()
    assert begin.timestamp == marker.timestamp == end.timestamp


@pytest.mark.parametrize("way", WAYS)
def test_a_defect_of_ours_ends_the_recording_and_not_the_program(way: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program gets its results; the trace is true up to its marker, and later calls are not recorded."""
    function: Any = traced(leaf) if way == "proxy" else leaf

    def breaks(recorder: Recorder) -> bool:
        raise OSError

    monkeypatch.setattr(Recorder, "_make_room", breaks)
    tracer = FunctionTracer([__name__], exclude=[f"{__name__}.test_*"], backend=way, max_events=2)
    with tracer:
        assert [function(number) for number in range(3)] == [0, 1, 2]
    assert shape(tracer.events) == [("call", "leaf"), ("return", "leaf"), ("marker", MARKER)]


class Overtaken(Recorder):
    """A recorder that another thread closes while a generator of it goes on."""

    def _lane(self) -> Any:
        self.close()
        return super()._lane()


def test_a_recording_may_be_closed_while_a_generator_goes_on() -> None:
    """Its suspended calls are forgotten meanwhile, and nothing is raised."""
    _, site = made()
    recorder = Overtaken(lambda site: True, Capture())
    call: Any = recorder.enter(site, (1,), "proxy")
    recorder.suspend(call, 1)
    recorder.resume(call, None)
    assert shape(recorder.events())[-1] == ("return", "leaf")
