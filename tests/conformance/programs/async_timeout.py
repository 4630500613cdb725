"""A timeout cancels what it is around: inside it is a CancelledError, outside a TimeoutError."""

import asyncio


async def slow():
    try:
        await asyncio.sleep(60)
    finally:
        tidy()


def tidy():
    return "tidy"


async def limited():
    async with asyncio.timeout(0):
        await slow()


async def root():
    try:
        await limited()
    except TimeoutError:
        return "late"


def main():
    asyncio.run(root())
