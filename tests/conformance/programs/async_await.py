"""A coroutine is one call with one result, however often it is suspended; awaiting nests."""

import asyncio


async def leaf(number):
    await asyncio.sleep(0)
    return check(number)


def check(number):
    return number > 1


async def branch(numbers):
    return [await leaf(number) for number in numbers]


async def root():
    await asyncio.sleep(0)
    return await branch([1, 2])


def main():
    asyncio.run(root())
