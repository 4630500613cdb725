"""A coroutine that catches a thrown exception goes on, and so does its awaiter, with their calls inside them."""

import types


@types.coroutine
def pause():
    yield


async def inner():
    try:
        await pause()
    except KeyError:
        return note("caught")


async def middle():
    return note(await inner())


async def outer():
    first = await middle()
    note("outer")
    await pause()
    note("again")
    return first


def note(text):
    return text


def main():
    coroutine = outer()
    coroutine.send(None)
    coroutine.throw(KeyError())
    try:
        coroutine.send(None)
    except StopIteration as stop:
        note(stop.value)
