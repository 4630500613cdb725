"""The verbose level shows a task's name before its first call; automatic names are numbered in the text."""
# detail: verbose

import asyncio


async def job(number):
    return number


async def root():
    named = asyncio.create_task(job(1), name="loader")
    unnamed = asyncio.create_task(job(2))
    return await named + await unnamed


def main():
    asyncio.run(root())
