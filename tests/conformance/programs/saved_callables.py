"""A bound method, a partial and an alias saved while the module was loaded are recorded when called."""

from functools import partial


class Greeter:
    def __init__(self, word):
        self.word = word

    def greet(self, name):
        return f"{self.word} {name}"


def shout(text):
    return text.upper()


def outer(function):
    return function


greet = Greeter("hi").greet
shout_hi = partial(shout, "hi")
alias = shout
TABLE = {"method": greet, "partial": shout_hi, "alias": alias}


@outer
def decorated():
    return 1


def main():
    TABLE["method"]("ann")
    TABLE["partial"]()
    TABLE["alias"]("x")
    decorated()
