"""A function reached through its wrapper's ``__wrapped__`` is recorded without the wrapper."""

import functools


def doubled(function):
    @functools.wraps(function)
    def wrapper(*args):
        return 2 * function(*args)

    return wrapper


@doubled
def price(item):
    return len(item)


@functools.cache
def slow(item):
    return len(item)


def main():
    price("pen")
    price.__wrapped__("pen")
    slow("mug")
    slow.__wrapped__("mug")
