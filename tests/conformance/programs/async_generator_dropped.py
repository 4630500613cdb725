"""An async generator that is dropped half way is closed in a task of its own, or at once where no loop runs."""

import asyncio


async def source(name):
    try:
        yield name
        yield "never"
    finally:
        clean(name)


def clean(name):
    return name


async def first_of(name):
    async for item in source(name):
        return item


async def with_a_loop():
    await first_of("loop")
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def without_a_loop():
    step = first_of("no loop")
    try:
        step.send(None)
    except StopIteration as stop:
        return stop.value


def main():
    asyncio.run(with_a_loop())
    without_a_loop()
