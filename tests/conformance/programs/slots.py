"""An object with slots and no weak references is shown by its type alone: its identity cannot be followed."""


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx):
        return Point(self.x + dx, self.y)


class Tracked(Point):
    __slots__ = ("__weakref__",)


def main():
    Point(1, 2).moved(3)
    Tracked(1, 2).moved(5)
    same(Tracked(0, 0))


def same(point):
    return point
