"""At verbose an async generator's items are told; how often it or a coroutine had to wait is not."""
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
