"""``StopIteration`` raised by a plain function passes up; inside a generator Python makes it a RuntimeError."""


def first(items):
    return next(iter(items))


def firsts(rows):
    for row in rows:
        yield first(row)


def main():
    try:
        first([])
    except StopIteration:
        pass
    try:
        list(firsts([[1], []]))
    except RuntimeError:
        pass
