"""The functions that the founding document's examples call and leave undefined.

The tests load this file under the name ``myapp.business``, which the document's filters match.
"""

from __future__ import annotations

from typing import NamedTuple

test_data = [3, 1, 2]
test_input = {"customer": "ada", "amounts": [10.0, 2.5]}


class Invoice(NamedTuple):
    """What a business function gives back; not a dataclass, which syrupy shows in another way from version 6 on."""

    customer: str
    total: float


def preprocess_data(data: list[int]) -> list[int]:
    """Sort."""
    return sorted(data)


def validate_data(data: list[int]) -> list[int]:
    """Refuse what is not positive."""
    for each in data:
        check(each)
    return data


def check(number: int) -> None:
    """Refuse one number."""
    if number <= 0:
        raise ValueError(f"not positive: {number}")


def finalize_data(data: list[int], factor: int = 10) -> dict[str, int]:
    """Give the sum, scaled."""
    return {"sum": sum(data) * factor}


def complex_business_function(data: list[int]) -> dict[str, int]:
    """Three steps, the last one only if the first two can be done."""
    return finalize_data(validate_data(preprocess_data(data)))


def business_function(data: dict[str, object]) -> Invoice:
    """Make an invoice, without the amount that cannot be read."""
    amounts = data["amounts"]
    assert isinstance(amounts, list)
    return Invoice(str(data["customer"]), total(amounts))


def total(amounts: list[float]) -> float:
    """Add up."""
    return sum(with_tax(amount) for amount in amounts)


def with_tax(amount: float, rate: float = 0.25) -> float:
    """Add the tax."""
    return amount * (1 + rate)


def complex_algorithm(numbers: list[int]) -> int:
    """The depth of the binary search tree that ``numbers`` make in their order."""
    if not numbers:
        return 0
    first, *rest = numbers
    left = complex_algorithm([each for each in rest if each < first])
    right = complex_algorithm([each for each in rest if each >= first])
    return 1 + max(left, right)


def divide(one: float, other: float) -> float:
    """Fail for zero."""
    return one / other


def careful(one: float, other: float) -> float | None:
    """Live with a failure of `divide`."""
    try:
        return divide(one, other)
    except ZeroDivisionError:
        return None


async def fetch(name: str) -> str:
    """Pretend to get a page."""
    return await read(name)


async def read(name: str) -> str:
    """Pretend to read a page."""
    return name.upper()
