"""An object with ``__await__`` written as a generator is a call of its own, as are coroutines driven by hand."""

import types


class Later:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        sent = yield self.value
        return sent


async def wait(value):
    return await Later(value)


@types.coroutine
def old_style(value):
    sent = yield value
    return sent * 2


async def both():
    return await wait("a") + await old_style("b")


def drive(coroutine):
    answer = None
    while True:
        try:
            answer = coroutine.send(answer) + "!"
        except StopIteration as stop:
            return stop.value


def main():
    drive(both())
