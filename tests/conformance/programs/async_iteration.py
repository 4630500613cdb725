"""``__aiter__`` and ``__anext__`` are calls; an async comprehension is none."""

import asyncio


class Ticker:
    def __init__(self, count):
        self.left = count

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        await asyncio.sleep(0)
        return self.left


async def total(count):
    return sum([tick async for tick in Ticker(count)])


def main():
    asyncio.run(total(2))
