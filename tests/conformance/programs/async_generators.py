"""An async generator is one call over all its items; what it calls is inside it, its user's calls are not."""

import asyncio


async def pages(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield await load(number)


async def load(number):
    await asyncio.sleep(0)
    return f"page {number}"


async def read(count):
    lengths = []
    async for page in pages(count):
        lengths.append(measure(page))
    return lengths


def measure(page):
    return len(page)


async def collect():
    return [page async for page in pages(1)]


async def root():
    await read(2)
    await collect()


def main():
    asyncio.run(root())
