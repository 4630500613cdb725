"""Objects in a set are shown in one order, whatever their hashes: the order of their next mention in the text."""


class Cup:
    pass


class Tag:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return self.name == other.name

    def __hash__(self):
        return hash(self.name)


def gather(things):
    return frozenset(things)


def look(thing):
    return thing


def main():
    cups = [Cup(), Cup(), Cup()]
    gather(cups[1:])
    look(cups[2])
    look(cups[0])
    gather({"x", 1, None, (2, "y")})
    gather([Tag("b"), Tag("a"), Tag("c")])
