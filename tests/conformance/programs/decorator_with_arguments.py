"""A decorator with arguments runs when the function is defined; a call runs only the wrapper."""

import functools


def retried(times):
    def decorate(function):
        @functools.wraps(function)
        def attempt(*args):
            for _ in range(times - 1):
                try:
                    return function(*args)
                except OSError:
                    continue
            return function(*args)

        return attempt

    return decorate


def main():
    failures = [1, 1]

    @retried(times=3)
    def fetch(url):
        if failures:
            failures.pop()
            raise OSError("down")
        return f"page of {url}"

    fetch("/home")
