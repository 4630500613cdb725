"""The payment gateway, which may decline."""

from __future__ import annotations


class Declined(Exception):
    pass


class Gateway:
    def __init__(self, api_key: str, limit: int = 10_000) -> None:
        self._api_key = api_key
        self._limit = limit

    def charge(self, cents: int, card_token: str) -> str:
        if cents > self._limit:
            raise Declined("over the limit", cents)
        return f"payment-{cents}"
