"""Objects of requests, as a trace shows them; no body is read."""

from __future__ import annotations

import io
from typing import Any

import requests

from tests.contrib.texts import text


class Raw(io.BytesIO):
    """The answer of a server, which counts how often it is read."""

    reads = 0

    def read(self, *args: Any, **more: Any) -> bytes:
        """Count, and do as ever."""
        self.reads += 1
        return super().read(*args)


def test_a_request() -> None:
    """What it was made with."""
    request = requests.Request("POST", "http://shop/orders", params={"token": "abc"}, json={"qty": 3})
    assert text(request) == "Request('POST', 'http://shop/orders', params={'token': <redacted>}, json={'qty': 3})"
    assert text(request.prepare()) == (
        "PreparedRequest('POST', 'http://shop/orders', query={'token': <redacted>}, json={'qty': 3})"
    )


def test_a_body_is_not_read() -> None:
    """It is shown once the program read it."""
    response = requests.Response()
    response.status_code = 201
    response.headers["Content-Type"] = "application/json"
    response.raw = raw = Raw(b'{"id": 7}')
    assert text(response) == "Response(status=201)"
    assert raw.reads == 0
    assert response.json() == {"id": 7}
    assert text(response) == "Response(status=201, json={'id': 7})"
