"""Work that a coroutine runs in a thread is a child of that coroutine."""

import asyncio


def compute(number):
    return step(number) + 1


def step(number):
    return number * 2


async def worker(number):
    return await asyncio.to_thread(compute, number)


async def root():
    first = await asyncio.gather(worker(1), worker(2))
    loop = asyncio.get_running_loop()
    return [*first, await loop.run_in_executor(None, step, 5)]


def main():
    asyncio.run(root())
