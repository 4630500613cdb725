"""A timeout cancels its block: the block sees a CancelledError, the code around it a TimeoutError."""

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
