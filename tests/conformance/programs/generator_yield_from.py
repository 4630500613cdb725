"""A generator that delegates is the parent of the one it delegates to; ``send`` and ``throw`` reach the inner one."""


def inner(name):
    received = yield name
    try:
        yield received
    except KeyError:
        return mark("inner")


def mark(text):
    return text.upper()


def outer():
    result = yield from inner("a")
    mark("outer")
    return result


def main():
    source = outer()
    next(source)
    source.send("b")
    try:
        source.throw(KeyError())
    except StopIteration:
        pass
