"""A cancelled task is left by CancelledError with its message; a task that never began is not in the trace."""

import asyncio


async def forever(name):
    while True:
        await pause()


async def pause():
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def stubborn():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        return "no"


async def root():
    running = asyncio.create_task(forever("running"))
    refusing = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    early = asyncio.create_task(forever("early"))
    for task in (running, refusing, early):
        task.cancel("enough")
    return [type(each).__name__ for each in await asyncio.gather(running, refusing, early, return_exceptions=True)]


def main():
    asyncio.run(root())
