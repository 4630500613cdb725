"""uvloop as asyncio: tasks, callbacks and jobs are children of the call that started them."""

import asyncio
from functools import partial

try:
    from uvloop import run
except ImportError:  # no uvloop for Windows
    run = asyncio.run


def leaf(value):
    return value


async def inner(number):
    await asyncio.sleep(0.002 * (3 - number))
    return leaf(number)


async def job(number):
    return await inner(number)


def done(task):
    leaf(task.result())


async def root():
    loop = asyncio.get_running_loop()
    await asyncio.gather(job(1), job(2))
    ran = asyncio.Event()
    loop.call_soon(leaf, "soon")
    loop.call_later(0.001, leaf, "later")
    loop.call_at(loop.time() + 0.002, ran.set)
    loop.call_soon_threadsafe(leaf, "from a thread")
    await ran.wait()
    await asyncio.to_thread(leaf, "to_thread")
    await loop.run_in_executor(None, partial(leaf, "executor"))
    task = asyncio.create_task(job(1))
    task.add_done_callback(done)
    await task
    await asyncio.sleep(0)
    async with asyncio.TaskGroup() as group:
        group.create_task(job(2))
        group.create_task(job(1))


def main():
    run(root())
