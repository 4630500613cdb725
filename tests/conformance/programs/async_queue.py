"""Workers that share a queue are tasks of their creator; the work is a child of the worker that did it."""

import asyncio


async def worker(queue):
    while True:
        item = await queue.get()
        handle(item)
        queue.task_done()


def handle(item):
    return item * item


async def root():
    queue = asyncio.Queue()
    for item in (2, 3):
        queue.put_nowait(item)
    task = asyncio.create_task(worker(queue))
    await queue.join()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def main():
    asyncio.run(root())
