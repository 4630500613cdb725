"""A generator that types.coroutine marks waits as a coroutine does: exceptions pass it, its yields are no values."""
# detail: verbose

import types


@types.coroutine
def switch():
    yield "wish"


@types.coroutine
def fails():
    yield "wish"
    raise KeyError("lost")


async def middle():
    await switch()
    await fails()


async def outer():
    try:
        await middle()
    except KeyError:
        return "caught"


async def passes():
    await switch()


def drive(awaitable):
    wishes = []
    try:
        while True:
            wishes.append(awaitable.send(None))
    except StopIteration as stop:
        return wishes, stop.value


def main():
    drive(outer())
    waiting = passes()
    waiting.send(None)
    try:
        waiting.throw(KeyError("thrown"))
    except KeyError:
        pass
