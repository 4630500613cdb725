"""A generator that is suspended when recording ends is unfinished."""

KEPT = []


def numbers():
    yield 1
    yield 2


def main():
    KEPT.append(numbers())
    return next(KEPT[-1])
