"""The verbose level shows an async generator's items, but not how often it or a coroutine had to wait."""
# detail: verbose

import asyncio


async def numbers():
    await asyncio.sleep(0)
    yield 1
    await asyncio.sleep(0)
    yield None


async def root():
    async for _ in numbers():
        await asyncio.sleep(0)


def main():
    asyncio.run(root())
