"""A coroutine closed half way, or dropped, is unfinished; its ``finally`` runs inside it."""

import types


@types.coroutine
def pause():
    yield "paused"


async def work(name):
    try:
        await pause()
        note("not reached")
    finally:
        note(name)


async def outer(name):
    await work(name)


def note(text):
    return text


def begin(name):
    coroutine = outer(name)
    coroutine.send(None)
    return coroutine


def main():
    begin("closed").close()
    dropped = begin("dropped")
    note("before")
    del dropped
