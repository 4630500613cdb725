"""A generator closed half way is unfinished; its ``finally`` runs inside it, and its return value is not lost."""


def lines(name):
    try:
        while True:
            yield name
    finally:
        release(name)


def release(name):
    return f"released {name}"


def plain():
    yield 1
    yield 2


def returning():
    try:
        yield 1
    except GeneratorExit:
        return "left"


def main():
    for source in (lines("a"), plain(), returning()):
        next(source)
        source.close()
