"""A generator dropped half way is closed when its last reference goes; what ``finally`` calls is inside it."""


def lines(name):
    try:
        yield name
        yield name
    finally:
        release(name)


def release(name):
    return f"released {name}"


def first(name):
    for line in lines(name):
        return line


def main():
    first("a")
    release("b")
