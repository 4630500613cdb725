"""``partial`` and ``partialmethod`` call the function itself, with all arguments."""

from functools import partial, partialmethod


def power(base, exponent, *, modulo=None):
    return pow(base, exponent, modulo)


square = partial(power, exponent=2)


class Switch:
    def set(self, state):
        return state

    on = partialmethod(set, True)
    off = partialmethod(set, False)


def main():
    square(5)
    square(5, modulo=7)
    partial(square, 3)()
    switch = Switch()
    switch.on()
    switch.off()
