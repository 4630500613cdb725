"""Objects are numbered by type in the order of the text; the same object has the same number everywhere."""


class Cup:
    pass


class Shelf:
    def __init__(self, cups):
        self.cups = cups

    def best(self):
        return self.cups[-1]


def make(count):
    return [Cup() for _ in range(count)]


def swap(pair):
    return pair[::-1]


def main():
    cups = make(3)
    shelf = Shelf(cups)
    shelf.best()
    swap((cups[2], cups[0]))
    swap((shelf, cups[1]))
