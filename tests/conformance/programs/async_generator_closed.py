"""An async generator closed early runs its ``finally`` inside its own call, which is shown as unfinished."""

import asyncio
from contextlib import aclosing


async def numbers():
    try:
        number = 0
        while True:
            yield number
            number += 1
    finally:
        await release()


async def release():
    await asyncio.sleep(0)
    return "released"


async def take(limit):
    async with aclosing(numbers()) as source:
        async for number in source:
            if number == limit:
                return number


async def answered():
    source = numbers()
    await anext(source)
    try:
        await source.athrow(LookupError("inside"))
    except LookupError:
        return "thrown"


async def root():
    await take(1)
    await answered()


def main():
    asyncio.run(root())
