"""A failing task cancels its siblings: each is shown with its own end, the group's exception where it leaves."""

import asyncio


async def fine(number):
    await asyncio.sleep(0)
    return number


async def failing():
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    raise ValueError("first")


async def waiting():
    await asyncio.sleep(60)


async def work():
    async with asyncio.TaskGroup() as group:
        group.create_task(waiting())
        group.create_task(fine(1))
        group.create_task(failing())


async def root():
    count = 0
    try:
        await work()
    except* ValueError as errors:
        count = len(errors.exceptions)
    return count


def main():
    asyncio.run(root())
