"""Operators and protocols of an object are calls of its special methods."""


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __eq__(self, other):
        return self.cents == other.cents

    def __hash__(self):
        return hash(self.cents)

    def __lt__(self, other):
        return self.cents < other.cents

    def __repr__(self):
        return f"Money({self.cents})"

    def __call__(self, factor):
        return self.cents * factor

    def __contains__(self, cents):
        return cents <= self.cents


def main():
    one, two = Money(100), Money(200)
    three = one + two
    assert one == Money(100)
    assert max(one, two) is two
    assert {one: "a"}[one] == "a"
    assert f"{three}" == "Money(300)"
    assert 50 in one
    three(2)
