"""Equal calls in succession fold, whole subtrees too; a different one in between starts a new fold."""


def tick():
    return None


def step(size):
    tick()
    tick()
    return size


def main():
    for size in (1, 1, 2, 1):
        step(size)
    for _ in range(1000):
        tick()
