"""A class that decorates functions, a function that decorates classes: each call names what runs."""

import functools


class Counted:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)


def registered(target):
    target.title = target.__name__.lower()
    return target


@Counted
def add(a, b):
    return a + b


def main():
    add(1, 2)

    @registered
    class Page:
        def show(self):
            return self.title

    Page().show()
