"""SQLAlchemy's bridge: what greenlet_spawn runs is a child of the coroutine that awaits it, one task beside another."""

import asyncio

from sqlalchemy.util import await_only, greenlet_spawn


def leaf(value):
    return value


async def fetch(number):
    await asyncio.sleep(0)
    return leaf(number)


def query(number):
    leaf(number)
    got = await_only(fetch(number))
    return leaf(got * 10)


async def handle(number):
    leaf("before")
    answer = await greenlet_spawn(query, number)
    leaf("after")
    return answer


async def serve():
    return await asyncio.gather(handle(1), handle(2))


def main():
    asyncio.run(serve())
