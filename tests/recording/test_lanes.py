"""Lanes: one a thread, and one a greenlet; each thread has a name of its own."""

from __future__ import annotations

import gc
import threading

import greenlet  # type: ignore[import-untyped]

from snapy_instrument import FunctionTracer
from snapy_instrument._thread_flags import thread_flags
from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.lanes import GreenletLanes, Lane, ThreadLanes
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.spawns import Origin

PATTERNS = [__name__]


def job(number: int) -> int:
    """A call."""
    return number


def wait() -> int:
    """A call in a greenlet that is open while others run."""
    parent = greenlet.getcurrent().parent
    assert parent is not None
    parent.switch()
    return 1


def test_threads_one_after_another_differ() -> None:
    """The system gives an identifier out again; `thread_id` does not."""
    with FunctionTracer(PATTERNS) as tracer:
        for number in range(8):
            thread = threading.Thread(target=job, args=(number,))
            thread.start()
            thread.join()
    assert len({event.thread_id for event in tracer.events}) == 8


def test_greenlets_of_a_thread_share_its_name() -> None:
    """A greenlet is a lane, not a thread."""
    with FunctionTracer(PATTERNS) as tracer:
        job(0)
        greenlet.greenlet(job).switch(1)
    assert len({event.thread_id for event in tracer.events}) == 1


def test_a_greenlet_is_not_kept() -> None:
    """A lane ends with its greenlet, while the recording goes on."""
    with FunctionTracer(PATTERNS):
        gone: list[str] = []

        class Watched(greenlet.greenlet):  # type: ignore[misc]
            def __del__(self) -> None:
                gone.append("gone")

        Watched(job).switch(1)
        gc.collect()
        assert gone == ["gone"]


def test_a_thread_drops_its_own_dead_lanes_alone() -> None:
    """Two threads that went through one table at once met a lane that the other had just taken out."""
    threads = ThreadLanes()
    lanes = GreenletLanes(greenlet.getcurrent, threads)
    seen: list[int] = []

    def meet(count: int) -> None:
        for each in [greenlet.greenlet(job) for _ in range(count)]:
            lanes.put(each, Lane("1", thread_flags(), home=False, origin=None, records=True))
        seen.append(len(threads.lanes))

    meet(32)
    assert seen == [32]
    thread = threading.Thread(target=meet, args=(100,))
    thread.start()
    thread.join()
    assert seen == [32, 100]
    assert len(threads.lanes) == 32
    meet(1)
    assert len(threads.lanes) == 1


def test_an_open_call_of_a_greenlet_is_ended_with_the_recording() -> None:
    """A greenlet that waits when the block ends has an unfinished call, and runs on unrecorded."""
    waiting = greenlet.greenlet(wait)
    with FunctionTracer(PATTERNS) as tracer:
        waiting.switch()
    assert waiting.switch() == 1
    assert [(event.function_name, event.finished) for event in tracer.events] == [("wait", True), ("wait", False)]


def test_what_the_block_starts_is_not_detached() -> None:
    """A thread that the block starts has its place at the top; one that it starts itself too."""

    def start_another() -> None:
        inner = threading.Thread(target=job, args=(1,))
        inner.start()
        inner.join()
        job(2)

    with FunctionTracer(PATTERNS, exclude=[f"{__name__}:*start_another"]) as tracer:
        outer = threading.Thread(target=start_another)
        outer.start()
        outer.join()
        job(3)
    calls = [event for event in tracer.events if event.event_type == "call"]
    assert not any(event.detached for event in calls)
    assert [list((event.args or {}).values()) for event in calls] == [[1], [2], [3]]


def test_what_a_detached_thread_starts_is_detached() -> None:
    """Whose start nobody saw has no place, and neither has what it starts with no call open."""
    start = threading.Thread.start

    def start_another() -> None:
        inner = threading.Thread(target=job, args=(1,))
        inner.start()
        inner.join()

    with FunctionTracer(PATTERNS, exclude=[f"{__name__}:*start_another"]) as tracer:
        outer = threading.Thread(target=start_another)
        start(outer)
        outer.join()
    assert [event.detached for event in tracer.events if event.event_type == "call"] == [True]


def test_a_start_with_no_call_open_is_at_the_top() -> None:
    """The thread that entered the tracer is no lane that somebody started."""
    origin = Recorder(lambda site: True, Capture()).origin_here()
    assert origin is not None
    assert (origin.parent_id, origin.detached) == (None, False)


def test_a_thread_begins_without_open_calls() -> None:
    """And outside of any task."""
    lane = Lane("1", thread_flags(), home=True, origin=None, records=True)
    assert (lane.stack, lane.task) == ([], None)


def test_stacks_are_not_shared() -> None:
    """Each thread has its own."""
    one, two = (Lane(name, thread_flags(), home=False, origin=None, records=True) for name in "12")
    assert one.stack is not two.stack


def test_it_has_what_it_was_made_with() -> None:
    """The flags are the thread's own."""
    origin = Origin(3, 1)
    lane = Lane("7", thread_flags(), home=False, origin=origin, records=False)
    assert (lane.thread_id, lane.home, lane.origin, lane.records) == ("7", False, origin, False)
    assert lane.flags is thread_flags()
