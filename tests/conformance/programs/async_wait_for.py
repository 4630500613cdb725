"""What ``wait_for`` cancels is shown as cancelled; what ``shield`` protects goes on and returns."""

import asyncio


async def slow(name):
    try:
        for _ in range(20):
            await asyncio.sleep(0)
        return name
    except asyncio.CancelledError:
        note(f"{name} cancelled")
        raise


def note(text):
    return text


async def impatient():
    try:
        await asyncio.wait_for(slow("first"), timeout=0)
    except TimeoutError:
        note("late")


async def shielded():
    task = asyncio.create_task(slow("second"))
    outer = asyncio.shield(task)
    await asyncio.sleep(0)
    outer.cancel()
    return await task


async def root():
    await impatient()
    await shielded()


def main():
    asyncio.run(root())
