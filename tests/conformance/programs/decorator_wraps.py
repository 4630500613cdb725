"""A decorator's wrapper and its inner function are two calls, each named by its own ``def``."""

import functools


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@logged
def add(a, b):
    return a + b


def main():
    add(1, 2)
    add(1, b=3)
