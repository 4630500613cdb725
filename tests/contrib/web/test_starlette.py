"""Objects of Starlette and FastAPI, as a trace shows them; no body is awaited."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from starlette.background import BackgroundTask
from starlette.datastructures import URL, Headers, QueryParams, UploadFile
from starlette.requests import Request
from starlette.websockets import WebSocket

from tests.contrib.texts import text


class Receiver:
    """The other end of a connection, which counts what is received from it."""

    def __init__(self, body: bytes) -> None:
        self.body, self.received = body, 0

    async def __call__(self) -> dict[str, Any]:
        """Count, and do as ever."""
        self.received += 1
        return {"type": "http.request", "body": self.body, "more_body": False}


def request(receiver: Receiver, kind: bytes = b"application/json") -> Request:
    """A request whose body is not read yet."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/orders",
        "query_string": b"page=2&token=abc",
        "headers": [(b"content-type", kind), (b"user-agent", b"x"), (b"authorization", b"Basic YTpi")],
    }
    return Request(scope, receiver)


def test_a_body_is_not_awaited() -> None:
    """It is shown once the program awaited it."""
    receiver = Receiver(b'{"qty": 3, "password": "x"}')
    asked = request(receiver)
    start = "Request('POST', '/orders', query={'page': '2', 'token': <redacted>}, headers={'authorization': <redacted>}"
    before = dict(vars(asked))
    assert text(asked) == f"{start})"
    assert (receiver.received, vars(asked)) == (0, before)
    asyncio.run(asked.body())
    assert text(asked) == f"{start}, json={{'qty': 3, 'password': <redacted>}})"
    assert asyncio.run(asked.json())["qty"] == 3
    assert text(asked) == f"{start}, json={{'qty': 3, 'password': <redacted>}})"
    assert receiver.received == 1


def test_a_form_is_not_awaited() -> None:
    """The same for forms."""
    receiver = Receiver(b"sku=pen&sku=mug")
    asked = request(receiver, b"application/x-www-form-urlencoded")
    assert "form" not in text(asked).partition("headers")[0]
    assert receiver.received == 0


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (JSONResponse({"id": 7}, status_code=201), "JSONResponse(status=201, json={'id': 7})"),
        (RedirectResponse("/orders/7"), "RedirectResponse(status=307, headers={'location': '/orders/7'})"),
        (
            PlainTextResponse("ok", background=BackgroundTask(len, "abc")),
            "PlainTextResponse(status=200, text='ok', headers={'content-type': 'text/plain; charset=utf-8'}, "
            "background=BackgroundTask(<built-in function len>, 'abc'))",
        ),
    ],
)
def test_responses(response: Any, expected: str) -> None:
    """Status, body by its type, chosen headers, tasks that run afterwards."""
    assert text(response) == expected


def test_a_stream_is_not_consumed() -> None:
    """What it would send is not asked for."""
    asked: list[str] = []
    response = StreamingResponse(asked.append(part) or part for part in ("a", "b"))  # type: ignore[func-returns-value]
    assert text(response) == "StreamingResponse(status=200)"
    assert asked == []


def test_parts_of_messages() -> None:
    """Query parameters, headers, URLs, uploads, background tasks."""
    assert text(QueryParams("a=1&b=2&b=3")) == "QueryParams({'a': '1', 'b': ['2', '3']})"
    assert text(Headers({"location": "/x", "date": "now"})) == "Headers({'location': '/x'})"
    assert text(URL("http://shop/orders")) == "URL('http://shop/orders')"
    upload = UploadFile(io.BytesIO(b"abc"), size=3, filename="a.txt")
    assert text(upload) == "UploadFile('a.txt', size=3, content_type=None)"
    tasks = BackgroundTasks()
    tasks.add_task(print, "pen", end="")
    assert text(tasks).startswith("BackgroundTasks([BackgroundTask(<")
    assert text(tasks).endswith("'pen', end='')])")


def test_a_websocket_is_its_path() -> None:
    """Nothing is received."""
    receiver = Receiver(b"")
    scope = {"type": "websocket", "path": "/live", "query_string": b"", "headers": []}
    assert text(WebSocket(scope, receiver, receiver)) == "WebSocket('/live')"  # type: ignore[arg-type]
    assert receiver.received == 0


def test_an_application_is_itself() -> None:
    """It has no description."""
    assert text(FastAPI()) == "<FastAPI#1>"
