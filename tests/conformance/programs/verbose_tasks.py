"""At verbose a task's first call has the task's name before it; automatic names are numbered in the text."""
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
