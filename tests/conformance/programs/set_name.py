"""``__set_name__`` runs where the class is made; the other methods of a descriptor at each access."""


class Positive:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return self if instance is None else vars(instance)[self.name]

    def __set__(self, instance, value):
        if value < 0:
            raise ValueError(f"{self.name} is negative")
        vars(instance)[self.name] = value

    def __delete__(self, instance):
        del vars(instance)[self.name]


def make_item():
    class Item:
        price = Positive()

    return Item()


def main():
    item = make_item()
    item.price = 3
    item.price += 1
    del item.price
    try:
        item.price = -1
    except ValueError:
        pass
