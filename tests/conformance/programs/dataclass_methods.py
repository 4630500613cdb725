"""Methods that ``dataclass`` writes are no calls; ``__post_init__`` and written methods are."""

from dataclasses import dataclass, field, replace


@dataclass(order=True)
class Item:
    sku: str
    qty: int = 1
    tags: list = field(default_factory=list)

    def __post_init__(self):
        self.sku = clean(self.sku)

    def double(self):
        return replace(self, qty=self.qty * 2)


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float = 0.0


def clean(text):
    return text.strip()


def main():
    pen = Item(" pen", tags=["blue"])
    assert pen < pen.double()
    assert repr(Point(1.5)) == "Point(x=1.5, y=0.0)"
    hash(Point(1.5))
    show(Point(1.5))


def show(point):
    return point == Point(1.5)
