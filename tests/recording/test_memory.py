"""How much memory the process uses."""

from __future__ import annotations

import mmap
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from snapy_instrument._python import FORKS
from snapy_instrument._twins import native_part
from snapy_instrument.recording import memory

# Containers and chroots may come without it; then the peak is the best figure, which does not grow with each page.
needs_status_file = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="/proc/self/statm is not there: no Linux, or /proc is not mounted"
)


def test_the_figure_is_read_at_most_every_hundredth_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """In between, all recorders get the last one."""
    figures = iter([100, 200])
    monkeypatch.setattr(memory, "_last", (float("-inf"), 0))
    monkeypatch.setattr(memory, "process_memory", lambda: next(figures))
    assert memory.memory_at(5.0) == (100, 5.0 + memory.SAMPLE_SECONDS)
    assert memory.memory_at(5.0 + memory.SAMPLE_SECONDS / 2) == (100, 5.0 + memory.SAMPLE_SECONDS)
    assert memory.memory_at(5.0 + memory.SAMPLE_SECONDS)[0] == 200


def test_tracemalloc_is_asked_where_it_runs() -> None:
    """Its figure counts what Python allocated, which is less than the whole process."""
    whole = memory.process_memory()
    tracemalloc.start()
    try:
        held = bytearray(1 << 20)
        assert len(held) <= memory.process_memory() < whole
    finally:
        tracemalloc.stop()


@needs_status_file
def test_the_figure_grows_with_the_pages_that_are_touched() -> None:
    """By the bytes of the pages, within a tenth."""
    before = memory.process_memory()
    size = 64 << 20
    with mmap.mmap(-1, size) as block:
        for place in range(0, size, mmap.PAGESIZE):
            block[place] = 1
        grown = memory.process_memory() - before
    assert 0.9 * size < grown < 1.1 * size


@pytest.mark.skipif(not FORKS, reason="there is no module `resource`")
@pytest.mark.parametrize("make", [pytest.param(memory._StatusFile, marks=needs_status_file), memory._Usage])
def test_the_readers_agree(make: Callable[[], Callable[[], int]]) -> None:
    """The peak is at least the figure of now, and both are bytes."""
    assert memory.process_memory() // 2 < make()()


@needs_status_file
@pytest.mark.skipif(native_part("resident_memory") is None, reason="pure Python runs")
def test_the_native_twin_reads_the_same_file() -> None:
    """As the reader of the Python twin does, within a tenth."""
    figure = native_part("resident_memory")()
    assert 0.9 < figure / memory._StatusFile()() < 1.1


def test_there_is_a_figure_where_nothing_can_be_read() -> None:
    """It is 0."""
    assert memory._unknown() == 0
