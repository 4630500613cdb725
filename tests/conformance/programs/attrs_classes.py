"""Methods that ``attrs`` writes are no calls; validators, factories and ``__attrs_post_init__`` are."""

import attrs


def positive(instance, attribute, value):
    if value < 0:
        raise ValueError(attribute.name)


@attrs.define
class Item:
    sku: str
    qty: int = attrs.field(default=1, validator=positive)
    tags: list = attrs.Factory(lambda: ["new"])

    def __attrs_post_init__(self):
        self.sku = clean(self.sku)

    def twice(self):
        return attrs.evolve(self, qty=self.qty * 2)


def clean(text):
    return text.strip()


def same(item):
    return item == Item("pen", 4)


def main():
    same(Item(" pen", 2).twice())
    try:
        Item("mug", -1)
    except ValueError:
        pass
