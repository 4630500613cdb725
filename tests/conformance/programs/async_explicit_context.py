"""A task with its own context, or with a shared one, is a child of the call that created it."""

import asyncio
from contextvars import copy_context


async def job(name):
    await asyncio.sleep(0)
    return step(name)


def step(name):
    return name


async def create(name, context):
    await asyncio.create_task(job(name), context=context)


async def root():
    shared = copy_context()
    await asyncio.gather(create("a", shared), create("b", shared))
    shared.run(step, "called")


def main():
    asyncio.run(root())
