"""A job of anyio is a child of the call that handed it over, also in a worker thread that is older."""

import anyio
from anyio import from_thread, to_thread


def blocking(name):
    return step(name)


def step(name):
    return name


async def asked(name):
    return step(name)


def asking(name):
    return from_thread.run(asked, name)


async def first():
    return await to_thread.run_sync(blocking, "first")


async def second():
    return await to_thread.run_sync(blocking, "second")


async def third():
    return await to_thread.run_sync(asking, "back in the loop")


async def root():
    await first()
    await second()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first)


def main():
    anyio.run(root)
    anyio.run(third)
