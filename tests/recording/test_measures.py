"""The time of events, and how much memory the process uses."""

from __future__ import annotations

import mmap
import threading
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from snapy_instrument import FunctionTracer
from snapy_instrument._python import FORKS
from snapy_instrument._twins import native_part
from snapy_instrument.recording import measures
from snapy_instrument.recording.measures import clock
from snapy_instrument.tracers.decorators import traced

# Containers and chroots may come without it; then the peak is the best figure, which does not grow with each page.
needs_status_file = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="/proc/self/statm is not there: no Linux, or /proc is not mounted"
)


def test_the_figure_is_read_at_most_every_hundredth_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """In between, all recorders get the last one."""
    figures = iter([100, 200])
    monkeypatch.setattr(measures, "_last", (float("-inf"), 0))
    monkeypatch.setattr(measures, "process_memory", lambda: next(figures))
    assert measures.memory_at(5.0) == (100, 5.0 + measures.SAMPLE_SECONDS)
    assert measures.memory_at(5.0 + measures.SAMPLE_SECONDS / 2) == (100, 5.0 + measures.SAMPLE_SECONDS)
    assert measures.memory_at(5.0 + measures.SAMPLE_SECONDS)[0] == 200


def test_tracemalloc_is_asked_where_it_runs() -> None:
    """Its figure counts what Python allocated, which is less than the whole process."""
    whole = measures.process_memory()
    tracemalloc.start()
    try:
        held = bytearray(1 << 20)
        assert len(held) <= measures.process_memory() < whole
    finally:
        tracemalloc.stop()


@needs_status_file
def test_the_figure_grows_with_the_pages_that_are_touched() -> None:
    """By the bytes of the pages, within a tenth."""
    before = measures.process_memory()
    size = 64 << 20
    with mmap.mmap(-1, size) as block:
        for place in range(0, size, mmap.PAGESIZE):
            block[place] = 1
        grown = measures.process_memory() - before
    assert 0.9 * size < grown < 1.1 * size


@pytest.mark.skipif(not FORKS, reason="there is no module `resource`")
@pytest.mark.parametrize("make", [pytest.param(measures._StatusFile, marks=needs_status_file), measures._Usage])
def test_the_readers_agree(make: Callable[[], Callable[[], int]]) -> None:
    """The peak is at least the figure of now, and both are bytes."""
    assert measures.process_memory() // 2 < make()()


@needs_status_file
@pytest.mark.skipif(native_part("resident_memory") is None, reason="pure Python runs")
def test_the_native_twin_reads_the_same_file() -> None:
    """As the reader of the Python twin does, within a tenth."""
    figure = native_part("resident_memory")()
    assert 0.9 < figure / measures._StatusFile()() < 1.1


def test_there_is_a_figure_where_nothing_can_be_read() -> None:
    """It is 0."""
    assert measures._unknown() == 0


APART = 0.001
"""Seconds that the two clocks may differ by."""


@traced
def leaf(number: int) -> int:
    """Something to call."""
    return number


@traced
def fails() -> None:
    """Something that raises."""
    raise ValueError


def test_it_is_the_clock_of_the_system() -> None:
    """Seconds as `time.perf_counter` gives them, at any moment."""
    until = time.perf_counter() + 0.1
    while time.perf_counter() < until:
        before, seconds, after = time.perf_counter(), clock(), time.perf_counter()
        assert before - APART < seconds < after + APART


def test_it_does_not_go_back() -> None:
    """However often it is read."""
    last, until = clock(), time.perf_counter() + 0.1
    while time.perf_counter() < until:
        now = clock()
        assert now >= last
        last = now


def test_the_events_of_a_thread_are_in_the_order_of_their_times() -> None:
    """Also those that Python records, for longer than the clock goes unchecked."""

    def work() -> None:
        # By the clock and by number: on a busy machine a thread may run for a small part of the time.
        until, rounds = time.perf_counter() + 0.1, 0
        while time.perf_counter() < until or rounds < 50:
            rounds += 1
            leaf(1)
            with suppress(ValueError):
                fails()

    with FunctionTracer([__name__], backend="proxy") as tracer:
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    times: dict[str, list[float]] = {}
    for event in tracer.events:
        times.setdefault(event.thread_id, []).append(event.timestamp)
    assert len(times) == 3
    assert all(len(each) > 100 and each == sorted(each) for each in times.values())
