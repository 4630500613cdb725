"""Tasks are children of the call that created them, in the order of creation, whichever finished first."""

import asyncio


async def fetch(name, turns):
    for _ in range(turns):
        await asyncio.sleep(0)
    return await store(name)


async def store(name):
    await asyncio.sleep(0)
    return name.upper()


async def root():
    return await asyncio.gather(fetch("slow", 7), fetch("middle", 4), fetch("fast", 1))


def main():
    asyncio.run(root())
