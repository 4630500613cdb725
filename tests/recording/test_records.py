"""The records of a recording: both twins answer to the same positions."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from snapy_instrument.capture.capture import Capture
from snapy_instrument.events import EventType
from snapy_instrument.recording import records
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import site_of_function


def leaf(number: int, text: str = "x") -> int:
    """What is recorded."""
    return number


def recorded() -> tuple[Recorder, Any]:
    """A recorder with one call that has its end."""
    assert type(leaf) is FunctionType
    recorder = Recorder(lambda site: True, Capture())
    call: Any = recorder.enter(site_of_function(leaf), (1, "x"), "proxy")
    recorder.leave(call, 1)
    return recorder, call


def test_the_names_of_a_call_are_its_positions() -> None:
    """Each constant is the position of the field of `Call` with its name."""
    names = ["KIND", "TIME", "MEMORY", "CALL_ID", "PARENT_ID", "DEPTH", "SITE", "CONTEXT", "VALUES", "DEFAULTED"]
    names += ["BACKEND", "ORIGIN", "TASK", "CONSTRUCTED", "SPAWN"]
    assert [getattr(records, name) for name in names] == list(range(15))
    assert len(records.Call._fields) == 15


def test_the_record_of_a_call() -> None:
    """Has its fields by name, whichever twin made it."""
    recorder, token = recorded()
    call = recorder._log.whole_call(token)
    assert len(call) == 15
    assert call[records.KIND] is EventType.CALL
    assert (call[records.CALL_ID], call[records.PARENT_ID], call[records.DEPTH]) == (1, None, 0)
    assert call[records.VALUES] == (1, "x")
    assert (call[records.DEFAULTED], call[records.BACKEND], call[records.CONSTRUCTED]) == (("text",), "proxy", 0)
    assert (call[records.ORIGIN], call[records.TASK], call[records.SPAWN]) == (None, None, None)


def test_the_record_of_a_return() -> None:
    """Has its call and its value."""
    recorder, call = recorded()
    end = recorder._log[-1]
    assert end[records.KIND] is EventType.RETURN
    assert end[records.CALL][records.CALL_ID] == call[records.CALL_ID]
    assert (end[records.VALUE], end[records.EXCEPTION]) == (1, None)
    assert (end[records.EXTRA], end[records.FINISHED]) == (None, True)


def test_both_ways_to_make_an_event_agree() -> None:
    """The native twin makes the same events of the same records."""
    recorder, _ = recorded()
    assert [records.event_of(each) for each in recorder._log] == [records.pure_event_of(each) for each in recorder._log]
