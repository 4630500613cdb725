"""Objects of httpx, as a trace shows them; no body is read."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from tests.contrib.texts import text


def test_a_request() -> None:
    """Method, address, query, chosen headers, and a body that is in memory."""
    request = httpx.Request(
        "POST", "http://shop/orders?page=2", params={"token": "abc"}, json={"qty": 3}, headers={"Authorization": "x"}
    )
    assert text(request) == (
        "Request('POST', 'http://shop/orders', query={'token': <redacted>}, headers={'authorization': <redacted>}, "
        "json={'qty': 3})"
    )


def test_a_form() -> None:
    """Data of a form, by name."""
    request = httpx.Request("POST", "http://shop/login", data={"name": "ada", "password": "x"})
    assert text(request).endswith("form={'name': 'ada', 'password': <redacted>})")


def test_a_stream_is_not_read() -> None:
    """A response whose body is still to be read shows its status; later its body too."""
    asked: list[bytes] = []

    def parts() -> Iterator[bytes]:
        for part in (b'{"id"', b": 7}"):
            asked.append(part)
            yield part

    response = httpx.Response(201, headers={"content-type": "application/json"}, content=parts())
    assert text(response) == "Response(status=201)"
    assert asked == []
    assert not response.is_stream_consumed
    response.read()
    assert text(response) == "Response(status=201, json={'id': 7})"
    streamed = httpx.Request("POST", "http://shop/", content=parts())
    asked.clear()
    assert text(streamed) == "Request('POST', 'http://shop/')"
    assert asked == []


def test_addresses() -> None:
    """URLs and clients with one."""
    assert text(httpx.URL("http://shop/orders")) == "URL('http://shop/orders')"
    assert "s3cret" not in text(httpx.URL("http://ada:s3cret@shop/"))
    with httpx.Client(base_url="http://shop/api") as client:
        assert text(client) == "Client('http://shop/api/')"
    with httpx.Client() as client:
        assert text(client) == "<Client#1>"
