"""Which call started a task or a thread."""

from __future__ import annotations

import asyncio
import threading

from snapy_instrument.recording.spawns import (
    Origin,
    RecorderKey,
    Spawn,
    current_spawn,
    forget_starts,
    remember_start,
    running_spawn,
    spawned,
    task_spawn,
    thread_spawn,
)


def spawn() -> Spawn:
    """A start by the first call of a recording."""
    return Spawn({RecorderKey(None): Origin(1, 1)})


def test_a_thread_is_known_by_its_identifier() -> None:
    """While it runs, and until the starts are forgotten."""
    found: list[Spawn | None] = []
    start = spawn()
    thread = threading.Thread(target=lambda: found.append(thread_spawn(threading.get_ident())))
    remember_start(thread, start)
    thread.start()
    thread.join()
    assert found == [start]
    forget_starts()


def test_an_unknown_thread_has_no_start() -> None:
    """No object is made for it."""
    assert thread_spawn(-1) is None


def test_a_task_is_known_as_long_as_it_lives() -> None:
    """It is over when it is done."""

    async def main() -> list[bool]:
        start = spawn()
        task = asyncio.create_task(asyncio.sleep(0))
        start.made(task)
        before = [task_spawn(task) is start, start.over]
        await task
        return [*before, start.over]

    assert asyncio.run(main()) == [True, False, True]


def test_the_name_of_a_task_is_read_when_it_is_asked_for() -> None:
    """Its creator may set it after the task was made."""

    async def main() -> str | None:
        start = spawn()
        task = asyncio.create_task(asyncio.sleep(0))
        start.made(task)
        task.set_name("worker")
        start.look_up_task()
        await task
        return start.task

    assert asyncio.run(main()) == "worker"


def test_a_start_travels_in_the_context() -> None:
    """Code that is started reads it there, where no task runs."""
    start = spawn()
    token = spawned.set(start)
    try:
        assert current_spawn() is start
        assert running_spawn(start) is start
    finally:
        spawned.reset(token)


def test_what_is_no_task_has_no_start() -> None:
    """Whatever it is."""
    assert task_spawn(object()) is None
