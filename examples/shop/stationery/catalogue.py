"""What can be bought."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    sku: str
    cents: int
    kind: str = "goods"


_ITEMS = {item.sku: item for item in (Item("pen", 150), Item("mug", 710), Item("atlas", 3200, "book"))}
_stock = {"pen": 100, "mug": 10, "atlas": 1}


class OutOfStock(Exception):
    pass


def find(sku: str) -> Item:
    return _ITEMS[sku]


def reserve(sku: str, quantity: int) -> None:
    if _stock[sku] < quantity:
        raise OutOfStock(sku, _stock[sku])
    _stock[sku] -= quantity


def release(sku: str, quantity: int) -> None:
    _stock[sku] += quantity
