"""Placing an order: reserve, charge, and give back what was reserved if the charge fails."""

from __future__ import annotations

from dataclasses import dataclass

from stationery import catalogue
from stationery.cart import Cart
from stationery.payment import Gateway
from stationery.pricing import total


@dataclass(frozen=True)
class Order:
    cents: int
    payment: str


def place_order(cart: Cart, gateway: Gateway, card_token: str, country: str = "DE") -> Order:
    for line in cart.lines:
        catalogue.reserve(line.sku, line.quantity)
    try:
        return pay(cart, gateway, card_token, country)
    except Exception:
        for line in cart.lines:
            catalogue.release(line.sku, line.quantity)
        raise


def pay(cart: Cart, gateway: Gateway, card_token: str, country: str) -> Order:
    cents = total(cart.lines, country)
    return Order(cents, gateway.charge(cents, card_token))
