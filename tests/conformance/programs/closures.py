"""A function made by a function goes by its qualified name; each call of the maker makes a new one."""


def counter(start):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


def main():
    first, second = counter(0), counter(10)
    first()
    first(5)
    second()
