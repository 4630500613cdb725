"""A callback is a child of the call that scheduled it, even when it runs while that call is suspended or over."""

import asyncio


def ring(name):
    return name


def schedule():
    loop = asyncio.get_running_loop()
    loop.call_soon(ring, "soon")
    loop.call_later(0, ring, "later")
    ring("now")


def finished(task):
    return task.result()


async def work():
    return 5


async def root():
    schedule()
    task = asyncio.create_task(work())
    task.add_done_callback(finished)
    for _ in range(5):
        await asyncio.sleep(0)


def main():
    asyncio.run(root())
