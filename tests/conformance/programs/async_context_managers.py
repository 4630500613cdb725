"""``__aenter__`` and ``__aexit__`` are calls; an ``asynccontextmanager`` function is one call."""

import asyncio
from contextlib import asynccontextmanager


class Session:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(0)
        return kind is KeyError

    async def get(self, key):
        raise KeyError(key)


@asynccontextmanager
async def transaction(name):
    await mark("begin")
    try:
        yield name
    finally:
        await mark("end")


async def mark(text):
    await asyncio.sleep(0)
    return text


async def root():
    async with Session() as session:
        await session.get("a")
    async with transaction("t") as name:
        await mark(name)


def main():
    asyncio.run(root())
