"""Steps of one async generator that several tasks take are under its one call, with what they call."""

import asyncio


def read(number):
    return number


async def pause(number):
    await asyncio.sleep(0)
    return read(number)


async def numbers():
    for number in range(4):
        read(number)
        yield await pause(number)


async def take(source):
    return await anext(source)


async def waiting():
    source = numbers()
    first = await asyncio.wait_for(anext(source), 10)
    second = await asyncio.wait_for(anext(source), 10)
    await source.aclose()
    return [first, second]


async def tasks():
    source = numbers()
    found = [await asyncio.create_task(take(source)) for _ in range(3)]
    await source.aclose()
    return found


async def both():
    return [await waiting(), await tasks()]


def main():
    asyncio.run(both())
