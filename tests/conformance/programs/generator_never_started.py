"""A generator that never takes a step is no call."""


def numbers():
    yield step()


def step():
    return 1


def make(count):
    return [numbers() for _ in range(count)]


def main():
    unused = make(2)
    del unused
    step()
