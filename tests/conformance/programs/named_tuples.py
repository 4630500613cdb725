"""A named tuple is shown by its fields; its generated methods are no calls, its written ones are."""

from collections import namedtuple
from typing import NamedTuple

Size = namedtuple("Size", "width height")


class Point(NamedTuple):
    x: int
    y: int = 0

    def moved(self, dx):
        return self._replace(x=self.x + dx)

    @classmethod
    def origin(cls):
        return cls(0)


def area(size):
    return size.width * size.height


def main():
    Point(1, 2).moved(3)
    Point.origin()
    area(Size(2, 3))
    repr(Size._make([4, 5])._asdict())
