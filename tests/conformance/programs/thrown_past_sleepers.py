"""An exception thrown into a chain of awaiting coroutines: the one that catches it goes on inside its awaiters."""

# filter: thrown_past_sleepers !thrown_past_sleepers:_*
import asyncio
from contextlib import contextmanager


async def service():
    first = await _guarded("first")
    second = await _guarded("second")
    return first, second


async def _guarded(name):
    try:
        return await _waiting(name)
    except ConnectionError:
        await asyncio.sleep(0)
        return await repaired(name)


async def _waiting(name):
    return await asyncio.create_task(failing(name))


async def failing(name):
    await asyncio.sleep(0)
    raise ConnectionError(name)


async def repaired(name):
    note(name)
    await asyncio.sleep(0)
    return name


def note(text):
    return text


def outer():
    received = yield from _forgiving()
    note(received)


def _forgiving():
    while True:
        try:
            yield from _plain()
        except KeyError as error:
            note(error.args[0])
            yield "caught"
        else:
            return "done"


def _plain():
    yield "waiting"


@contextmanager
def _resource():
    try:
        yield
    except KeyError:
        note("cleaned")


def main():
    asyncio.run(service())
    source = outer()
    next(source)
    source.throw(KeyError("thrown"))
    note("between")
    source.send(None)
    for _ in source:
        pass
    with _resource():
        raise KeyError("lost")
