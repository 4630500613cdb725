"""A small shop: objects, dicts and lists are passed from call to call."""

from __future__ import annotations

from dataclasses import dataclass

CALLS_PER_ORDER = 23

PRICES = {"pen": 1.5, "mug": 7.1, "book": 12.0, "lamp": 39.9, "desk": 210.0}
RATES = {"standard": 0.19, "reduced": 0.07}


@dataclass
class Item:
    """A line of an order."""

    sku: str
    quantity: int
    price: float


class Customer:
    """Who orders."""

    def __init__(self, number: int, name: str, loyal: bool) -> None:
        self.number = number
        self.name = name
        self.loyal = loyal


class Order:
    """What a customer wants."""

    def __init__(self, number: int, customer: Customer, items: list[Item]) -> None:
        self.number = number
        self.customer = customer
        self.items = items

    def skus(self) -> list[str]:
        """In the order of the items."""
        return [item.sku for item in self.items]


class Shop:
    """Sells, while its stock lasts."""

    def __init__(self, rates: dict[str, float], changed: int | None) -> None:
        self.rates = rates
        self.changed = changed
        self.sold: dict[str, int] = {}

    def checkout(self, order: Order, options: dict[str, object]) -> dict[str, object]:
        """The receipt."""
        self.reserve(order.skus())
        amounts = {item.sku: self.line_total(item, order.number) for item in order.items}
        due = self.due(amounts, options)
        return receipt(order.number, due, address(order.customer.name, ["Main Street 1", "12345 Town"]))

    def reserve(self, skus: list[str]) -> None:
        """Takes each from the stock."""
        for sku in skus:
            self.take(sku)

    def take(self, sku: str, quantity: int = 1) -> int:
        """How many were sold."""
        self.sold[sku] = count = self.sold.get(sku, 0) + quantity
        return count

    def line_total(self, item: Item, number: int) -> float:
        """With tax."""
        kind = "reduced" if item.sku == "book" and number != self.changed else "standard"
        return rounded(with_tax(item.price * item.quantity, kind, self.rates))

    def due(self, amounts: dict[str, float], options: dict[str, object]) -> float:
        """What has to be paid."""
        total = sum(amounts.values())
        return rounded(discounted(total, 10 if options.get("gift") else 0))


def with_tax(amount: float, kind: str, rates: dict[str, float]) -> float:
    """The amount and its tax."""
    return amount * (1 + rates[kind])


def discounted(amount: float, percent: int) -> float:
    """Less some per cent."""
    return amount - amount * percent / 100


def rounded(amount: float) -> float:
    """To cents."""
    return round(amount, 2)


def address(name: str, lines: list[str]) -> list[str]:
    """The lines of an address."""
    return [name, *lines]


def receipt(number: int, due: float, to: list[str]) -> dict[str, object]:
    """What the customer gets."""
    return {"order": number, "due": due, "to": to}


def order(number: int) -> Order:
    """The order of that number."""
    skus = list(PRICES)
    chosen = [skus[(number + step) % len(skus)] for step in (0, 1, 3)]
    items = [Item(sku, 1 + number % 4, PRICES[sku]) for sku in chosen]
    return Order(number, Customer(number % 97, f"customer {number % 97}", not number % 3), items)


def sell(numbers: range, rates: dict[str, float], changed: int | None = None) -> int:
    """Sells the orders of these numbers; the one ``changed`` is taxed otherwise."""
    shop = Shop(rates, changed)
    cents = 0
    for number in numbers:
        paid = shop.checkout(order(number), {"gift": number % 5 == 0, "note": "please ring twice"})
        cents += round(float(str(paid["due"])) * 100)
    return cents


def prepare(scale: float) -> range:
    """Numbers of the orders."""
    return range(1, 1 + max(1, round(6000 * scale)))


def run(numbers: range) -> int:
    """23 calls an order, and one."""
    return sell(numbers, RATES)
