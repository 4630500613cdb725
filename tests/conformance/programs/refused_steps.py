"""A step that Python refuses is no event: it neither begins nor ends a call."""

import asyncio


def note(number):
    return number


def numbers():
    yield note(1)
    yield note(2)


def reenters(holder):
    try:
        next(holder[0])
    except ValueError:
        note(3)
    yield 3


async def stream():
    yield note(4)
    await asyncio.sleep(0)
    yield note(5)


async def twice():
    source = stream()
    first, second = anext(source), anext(source)
    found = [await first]
    pending = anext(source).__await__()
    pending.send(None)
    try:
        second.__await__().send(None)
    except RuntimeError:
        found.append("refused")
    try:
        pending.send(None)
    except StopIteration as stop:
        found.append(stop.value)
    await source.aclose()
    return found


async def waits():
    await asyncio.sleep(0)


def main():
    source = numbers()
    try:
        source.send("too early")
    except TypeError:
        note(0)
    list(source)
    holder = []
    holder.append(reenters(holder))
    list(holder[0])
    asyncio.run(twice())
    done = waits()
    try:
        done.send("too early")
    except TypeError:
        note(6)
    asyncio.run(done)
    try:
        done.send(None)
    except RuntimeError:
        note(7)
