"""What a customer wants."""

from __future__ import annotations

from dataclasses import dataclass

from stationery import catalogue


@dataclass(frozen=True)
class Line:
    sku: str
    quantity: int


class Cart:
    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(self, sku: str, quantity: int = 1) -> None:
        self.lines.append(Line(catalogue.find(sku).sku, quantity))
