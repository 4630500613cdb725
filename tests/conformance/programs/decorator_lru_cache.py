"""A cached result is not computed again, so there is no second call."""

from functools import cache, lru_cache


@lru_cache(maxsize=8)
def square(number):
    return number * number


@cache
def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


def main():
    square(3)
    square(3)
    square(4)
    fibonacci(3)
    fibonacci(3)
