"""What it costs. Tax rules are kept in a registry and found by country and kind of goods."""

from __future__ import annotations

from collections.abc import Callable

from stationery import catalogue
from stationery.cart import Line

Rule = Callable[[int], int]
_rules: dict[tuple[str, str], Rule] = {}


def rule(country: str, kind: str) -> Callable[[Rule], Rule]:
    def register(function: Rule) -> Rule:
        _rules[country, kind] = function
        return function

    return register


@rule("DE", "goods")
def full_rate(cents: int) -> int:
    return percent(cents, 19)


@rule("DE", "book")
def reduced_rate(cents: int) -> int:
    return percent(cents, 7)


def no_tax(cents: int) -> int:
    return 0


def percent(cents: int, rate: int) -> int:
    return (cents * rate + 50) // 100


def line_total(line: Line, country: str) -> int:
    item = catalogue.find(line.sku)
    net = item.cents * line.quantity
    return net + _rules.get((country, item.kind), no_tax)(net)


def total(lines: list[Line], country: str) -> int:
    return sum(line_total(line, country) for line in lines)
