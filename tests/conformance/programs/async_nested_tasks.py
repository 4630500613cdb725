"""A task that creates tasks is their parent, through any depth; a loop that makes them in turn keeps their order."""

import asyncio


async def leaf(name):
    for _ in range(len(name)):
        await asyncio.sleep(0)
    return name


async def branch(names):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(leaf(name)) for name in names]
    return "".join(task.result() for task in tasks)


async def root():
    left = asyncio.create_task(branch(["aaa", "a"]))
    right = asyncio.create_task(branch(["b"]))
    return await right + await left


def main():
    asyncio.run(root())
