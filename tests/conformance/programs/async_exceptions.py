"""An exception passes up through awaits as it does through calls, and is shown as ``^`` on its way."""

import asyncio


async def fail(text):
    await asyncio.sleep(0)
    raise ValueError(text)


async def through(text):
    await fail(text)


async def root():
    try:
        await through("deep")
    except ValueError as error:
        return str(error)


def main():
    asyncio.run(root())
