"""Methods of all kinds on small objects."""

from __future__ import annotations

from typing import Self


class Vector:
    """Two numbers."""

    __slots__ = ("x", "y")

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y

    @classmethod
    def along(cls, length: int) -> Self:
        """On the first axis."""
        return cls(length, 0)

    @staticmethod
    def wrapped(number: int) -> int:
        """Within bounds."""
        return number % 1009

    @property
    def size(self) -> int:
        """The sum of both."""
        return self.x + self.y

    def turned(self) -> Vector:
        """By a quarter."""
        return Vector(-self.y, self.x)

    def scaled(self, factor: int, *, offset: int = 0) -> Vector:
        """Larger."""
        return Vector(self.wrapped(self.x * factor + offset), self.wrapped(self.y * factor - offset))

    def __add__(self, other: Vector) -> Vector:
        return Vector(self.x + other.x, self.y + other.y)

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> int:
        return self.y if index else self.x

    def __call__(self, *numbers: int, **named: int) -> int:
        """Takes anything."""
        return sum(numbers) + named.get("extra", 0)


class Account:
    """A balance with a guarded setter."""

    def __init__(self) -> None:
        self._balance = 0

    @property
    def balance(self) -> int:
        """What is on it."""
        return self._balance

    @balance.setter
    def balance(self, value: int) -> None:
        self._balance = max(0, value)

    def deposit(self, amount: int) -> Account:
        """Gives itself."""
        self.balance = self.balance + amount
        return self


def prepare(scale: float) -> int:
    """Number of steps."""
    return max(1, round(8000 * scale))


def step(number: int, account: Account) -> int:
    """Some of everything."""
    vector = Vector.along(number) + Vector(1, number)
    vector = vector.turned().scaled(3, offset=number)
    account.deposit(vector.size % 5)
    return vector[0] + len(vector) + vector(1, 2, extra=number)


def run(steps: int) -> int:
    """20 calls a step."""
    account = Account()
    total = 0
    for number in range(steps):
        total += step(number, account)
    return total + account.balance
