"""Objects of aiohttp, as a trace shows them; no body is read."""

from __future__ import annotations

import asyncio

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from tests.contrib.texts import text


def test_a_request_and_a_response() -> None:
    """Of a server and of a client, before and after each read the body."""
    seen: list[str] = []

    async def order(request: web.Request) -> web.Response:
        seen.append(text(request))
        assert not request._read_bytes
        await request.json()
        seen.append(text(request))
        response = web.json_response({"id": 7}, status=201, headers={"Location": "/orders/7"})
        seen.append(text(response))
        return response

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/orders", order)
        async with TestClient(TestServer(app)) as client:
            answer = await client.post("/orders?page=2&token=abc", json={"qty": 3})
            seen.append(text(answer))
            assert answer._body is None
            assert await answer.json() == {"id": 7}
            seen.append(text(answer))

    asyncio.run(run())
    start = "Request('POST', '/orders', query={'page': '2', 'token': <redacted>}"
    assert seen == [
        f"{start})",
        f"{start}, json={{'qty': 3}})",
        "Response(status=201, json={'id': 7}, headers={'location': '/orders/7'})",
        "ClientResponse(status=201, headers={'location': '/orders/7'})",
        "ClientResponse(status=201, json={'id': 7}, headers={'location': '/orders/7'})",
    ]


def test_a_form() -> None:
    """It is shown once the program awaited it."""
    seen: list[str] = []

    async def order(request: web.Request) -> web.StreamResponse:
        await request.post()
        seen.append(text(request))
        return web.Response(text="ok")

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/", order)
        async with TestClient(TestServer(app)) as client:
            await client.post("/", data={"sku": "pen", "password": "x"})

    asyncio.run(run())
    assert seen[0].endswith("form={'sku': 'pen', 'password': <redacted>})")


def test_a_session_is_itself() -> None:
    """It has no description."""

    async def run() -> str:
        async with ClientSession() as session:
            return text(session)

    assert asyncio.run(run()) == "<ClientSession#1>"
