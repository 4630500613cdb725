"""The text of a trace does not depend on timing, schedule or hash seed."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, traced
from tests.conformance.harness import BACKENDS

RUNS = 20


def pause() -> float:
    """Return seconds to sleep, different on every run and in no recorded argument."""
    return random.uniform(0, 0.002)


@traced
async def fetch(number: int) -> int:
    """Sleep, then call or fail: one task."""
    await asyncio.sleep(pause())
    if number % 10 == 3:
        raise LookupError(number)
    return step(number)


@traced
def step(number: int) -> int:
    """Return a number: the innermost call."""
    return number % 7


@traced
def done(task: asyncio.Task[int]) -> None:
    """Run when a task happens to end: its callback."""


@traced
async def fetch_all(count: int) -> int:
    """Run many tasks at once, some with a callback."""
    tasks = [asyncio.create_task(fetch(number)) for number in range(count)]
    for task in tasks[::20]:
        task.add_done_callback(done)
    return len(await asyncio.gather(*tasks, return_exceptions=True))


@traced
def dive(depth: int) -> int:
    """Recurse, and let other threads run in between."""
    time.sleep(pause() / 10)
    return step(depth) if depth == 0 else dive(depth - 1) + 1


@traced
def start_all(count: int) -> None:
    """Run many threads at once."""
    threads = [threading.Thread(target=dive, args=(number % 5,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@traced
async def in_pool(pool: ThreadPoolExecutor, number: int) -> int:
    """Let a thread of a pool do the work of a task."""
    await asyncio.sleep(pause())
    return await asyncio.get_running_loop().run_in_executor(pool, dive, number)


@traced
async def pooled(count: int) -> list[int]:
    """Run many tasks that share a few threads."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        return await asyncio.gather(*(in_pool(pool, number % 3) for number in range(count)))


@contextmanager
def short_switches() -> Iterator[None]:
    """Make the interpreter change threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def texts(run: Callable[[], object], backend: Any) -> set[str]:
    """Return the texts of `RUNS` runs, each different text once."""
    found = set()
    for _ in range(RUNS):
        with short_switches(), FunctionTracer([__name__, f"!{__name__}:pause"], backend=backend) as tracer:
            run()
        found.add(tracer.format_trace())
    return found


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_thousand_tasks_give_one_text(backend: Any) -> None:
    """asyncio.gather over tasks that sleep for random times, with callbacks that run in random order."""
    (text,) = texts(lambda: asyncio.run(fetch_all(1000)), backend)
    assert text.count(".fetch(") == 1000
    assert text.count("raises LookupError(") == 100
    assert text.count(".done(") == 50


@pytest.mark.parametrize("greenlets", [False, True], ids=["threads", "greenlets"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_fifty_threads_give_one_text(backend: Any, greenlets: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that recurse and take turns at random, in a program that has greenlets and in one that has none."""
    if greenlets:
        pytest.importorskip("greenlet")
    else:
        monkeypatch.delitem(sys.modules, "greenlet", raising=False)
    (text,) = texts(lambda: start_all(50), backend)
    assert text.count(".dive(depth=0)") == 50
    assert "[other threads" not in text


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_pool_inside_a_loop_gives_one_text(backend: Any) -> None:
    """Tasks that hand work to the threads of a pool, whichever is free."""
    (text,) = texts(lambda: asyncio.run(pooled(40)), backend)
    assert text.count(".in_pool(") == 40
    assert "[other threads" not in text


SET_PROGRAM = """
from tests.conformance.harness import record
print(record("sets_and_dicts", "settrace").format())
print(record("hashed_objects", "settrace").format())
"""


def test_the_hash_seed_does_not_matter() -> None:
    """Programs that use sets give one text under three seeds."""
    root = Path(__file__).parents[2]
    found = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SET_PROGRAM]
        ran = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
        found.add(ran.stdout)
    (text,) = found
    assert "{'apple', 'fig', 'pear'}" in text
