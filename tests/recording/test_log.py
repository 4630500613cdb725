"""The store of a recording: both twins hold the same records and give them back."""

from __future__ import annotations

import gc
from types import FunctionType
from typing import Any

import pytest

from snapy_instrument.capture.capture import Capture
from snapy_instrument.events import CallEvent, EventType
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.records import CALL, CALL_ID, KIND, PARENT_ID, VALUE, VALUES, event_of
from snapy_instrument.recording.sites import Site, site_of_function


def leaf(number: int, text: str = "x", more: object = None) -> int:
    """What is recorded."""
    return number


def site_of(function: object = leaf) -> Site:
    """Return its site."""
    assert type(function) is FunctionType
    return site_of_function(function)


def new_recorder(**options: Any) -> Recorder:
    """A recorder of everything."""
    return Recorder(lambda site: True, Capture(), **options)


def fill(recorder: Recorder, calls: int) -> None:
    """Record calls that return."""
    site = site_of()
    for number in range(calls):
        call = recorder.enter(site, (number, "x", None), "proxy")
        assert call is not None
        recorder.leave(call, -number)


def test_records_come_back_in_their_order() -> None:
    """However many there are: the native twin has several blocks of them."""
    recorder = new_recorder()
    fill(recorder, 40_000)
    log = recorder._log
    assert len(log) == 80_000
    for index in (0, 1, 2, 3, 4000, 4001, 33_333, 79_998, 79_999):
        number = index // 2
        record = log[index]
        assert record[KIND] is (EventType.RETURN if index % 2 else EventType.CALL)
        call = record[CALL] if index % 2 else record
        assert call[CALL_ID] == number + 1
        assert (record[VALUE] if index % 2 else record[VALUES]) == (-number if index % 2 else (number, "x", None))
    assert [record[KIND] for record in log.records(79_997)] == ["return", "call", "return"]
    assert [event.args["number"] for event in map(event_of, log) if event.event_type == "call"] == list(range(40_000))


def test_a_number_that_is_not_there_is_an_index_error() -> None:
    """As in any sequence."""
    recorder = new_recorder()
    fill(recorder, 1)
    with pytest.raises(IndexError):
        recorder._log[2]
    assert recorder._log[-1][KIND] is EventType.RETURN


def test_records_that_python_made_keep_their_place() -> None:
    """Between calls and returns."""
    recorder = new_recorder()
    call = recorder.enter(site_of(), (1, "x", None), "proxy")
    assert call is not None
    recorder.note("here")
    recorder.line(call, 7, {})
    recorder.fail(call, ValueError("no"))
    assert [str(record[KIND]) for record in recorder._log] == ["call", "marker", "line", "exception", "return"]


def test_reading_stops_where_the_log_ended_when_it_began() -> None:
    """A reader whose own calls are recorded comes to an end."""
    recorder = new_recorder()
    fill(recorder, 3)
    read = 0
    for _ in recorder._log.records():
        fill(recorder, 1)
        read += 1
    assert (read, len(recorder._log)) == (6, 18)


def test_open_calls_are_those_without_an_end() -> None:
    """In the order of their ids, whatever the stacks of threads say."""
    recorder = new_recorder()
    fill(recorder, 5)
    first, second = (recorder.enter(site_of(), (n, "x", None), "proxy") for n in range(2))
    assert first is not None
    assert [call[CALL_ID] for call in recorder._log.open_calls()] == [6, 7]
    recorder.fail(first, ValueError())
    assert [call[CALL_ID] for call in recorder._log.open_calls()] == [7]
    assert second is not None


def test_an_open_call_is_known_after_its_begin_was_taken_away() -> None:
    """Its end has the same caller, arguments are asked for by its token, and it is open until it ends."""
    recorder = new_recorder()
    outer = recorder.enter(site_of(), (1, "outer", None), "proxy")
    inner = recorder.enter(site_of(), (2, "inner", None), "proxy")
    assert outer is not None
    assert inner is not None
    for _ in range(3):
        fill(recorder, 3000)
        assert [call[CALL_ID] for call in recorder._log.take().open_calls()] == [1, 2]
    assert recorder._log.whole_call(inner)[VALUES] == (2, "inner", None)
    recorder.leave(inner, "done")
    end = recorder._log[0]
    assert (end[VALUE], end[CALL][CALL_ID], end[CALL][PARENT_ID]) == ("done", 2, 1)
    assert [call[CALL_ID] for call in recorder._log.take().open_calls()] == [1]
    recorder.leave(outer, None)
    assert recorder._log.take().open_calls() == []
    assert len(recorder._log) == 0


def test_what_was_taken_stays_as_it_is() -> None:
    """While the recording goes on, and after it has ended."""
    recorder = new_recorder()
    fill(recorder, 10)
    batch = recorder._log.take()
    fill(recorder, 10)
    recorder.close()
    del recorder
    gc.collect()
    events = list(map(event_of, batch))
    assert [event.return_value for event in events if event.event_type == "return"] == [-n for n in range(10)]


def test_a_frozen_log_gets_nothing_that_comes_late() -> None:
    """It goes to the log that was there before."""
    recorder = new_recorder()
    fill(recorder, 2)
    late = recorder._log
    frozen = recorder._freeze()
    late.append((EventType.MARKER, 0.0, 0, "late"))
    assert (len(frozen), recorder._log is frozen) == (4, True)


def deep(recorder: Recorder, depth: int) -> list[Any]:
    """Open calls inside one another."""
    return [recorder.enter(site_of(), (n, "x", None), "proxy") for n in range(depth)]


def test_calls_that_do_not_fit_into_a_packed_record_are_records_too() -> None:
    """Very deep ones, those with very many arguments, and those whose numbers are far apart."""
    many = {f"p{index}": index for index in range(40)}
    space: dict[str, Any] = {}
    exec(f"def wide({', '.join(f'{name}={value}' for name, value in many.items())}): pass", space)
    numbers = iter([1, 2, 3_000_000, 3_000_001, 9_000_000_000])
    recorder = new_recorder(ids=numbers)
    calls: list[Any] = [recorder.enter(site_of(space["wide"]), tuple(many.values()), "proxy")]
    calls += [recorder.enter(site_of(), (n, "x", None), "proxy") for n in range(4)]
    for call in reversed(calls):
        recorder.leave(call, 0)
    events = recorder.events()
    assert [event.call_id for event in events[:5]] == [1, 2, 3_000_000, 3_000_001, 9_000_000_000]
    assert [event.parent_id for event in events[:5]] == [None, 1, 2, 3_000_000, 3_000_001]
    assert [event.call_id for event in events[5:]] == [event.call_id for event in events[4::-1]]
    assert events[0].args == many
    assert events[0].defaulted == tuple(many)


def test_very_deep_calls_keep_their_depth() -> None:
    """Beyond what a packed record has bits for."""
    recorder = new_recorder()
    calls = deep(recorder, 270_000)
    assert recorder.events()[-1].depth == 269_999
    assert len(recorder._log.open_calls()) == len(calls)


def test_defaults_that_were_used_are_known() -> None:
    """None of them, all of them and some of them."""
    recorder = new_recorder()
    for values in [(1, "y", 2), (1, "x", None), (1, "y", None)]:
        recorder.leave(recorder.enter(site_of(), values, "proxy"), None)  # type: ignore[arg-type]
    begins: list[CallEvent] = [event for event in recorder.events() if event.event_type == "call"]
    assert [event.defaulted for event in begins] == [(), ("text", "more"), ("more",)]


def test_the_memory_of_the_process_is_that_of_its_moment() -> None:
    """Each event has the last figure that was read before it."""
    recorder = new_recorder()
    fill(recorder, 1)
    recorder._memory = 5
    fill(recorder, 1)
    recorder._memory = 6
    fill(recorder, 1)
    assert [event.memory_usage for event in recorder.events()[2:]] == [5, 5, 6, 6]
