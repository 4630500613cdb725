"""Objects of Werkzeug and Flask, as a trace shows them; no body is read."""

from __future__ import annotations

import io
from typing import Any

import flask
import pytest
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from tests.contrib.texts import text


class Body(io.BytesIO):
    """A body, which counts how often it is read."""

    reads = 0

    def read(self, *args: Any) -> bytes:
        """Count, and do as ever."""
        self.reads += 1
        return super().read(*args)

    def readinto(self, *args: Any) -> int:
        """Count, and do as ever."""
        self.reads += 1
        return super().readinto(*args)


def request(data: bytes, kind: str) -> tuple[Request, Body]:
    """A request whose body is not read yet."""
    builder = EnvironBuilder("/orders?page=2&token=abc", method="POST", content_type=kind, data=data)
    environ = builder.get_environ()
    body = environ["wsgi.input"] = Body(data)
    return Request(environ), body


def test_a_form_is_not_read() -> None:
    """It is shown once the program looked at it."""
    asked, body = request(b"sku=pen&password=x", "application/x-www-form-urlencoded")
    start = (
        "Request('POST', '/orders', query={'page': '2', 'token': <redacted>}, "
        "headers={'content-type': 'application/x-www-form-urlencoded'}"
    )
    before = dict(vars(asked))
    assert text(asked) == f"{start})"
    assert (body.reads, vars(asked)) == (0, before)
    assert asked.form["sku"] == "pen"
    reads = body.reads
    assert text(asked) == f"{start}, form={{'sku': 'pen', 'password': <redacted>}})"
    assert body.reads == reads


def test_json_is_not_read() -> None:
    """It is shown once the program looked at it or at the data."""
    asked, body = request(b'{"qty": 3}', "application/json")
    assert "json" not in text(asked)
    assert body.reads == 0
    assert asked.get_json() == {"qty": 3}
    assert text(asked).endswith(", json={'qty': 3})")
    asked, _ = request(b'{"qty": 3}', "application/json")
    asked.get_data()
    assert text(asked).endswith(", json={'qty': 3})")


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (Response('{"id": 7}', 201, mimetype="application/json"), "Response(status=201, json={'id': 7})"),
        (
            Response("gone", 410),
            "Response(status=410, text='gone', headers={'content-type': 'text/plain; charset=utf-8'})",
        ),
        (flask.redirect("/x"), "Response(status=302, page='Redirecting..."),
    ],
)
def test_responses(response: Any, expected: str) -> None:
    """Status, body by its type, chosen headers."""
    assert text(response).startswith(expected)


def test_a_stream_is_not_consumed() -> None:
    """What it would send is not asked for."""
    asked: list[str] = []
    response = Response(asked.append(part) or part for part in ("a", "b"))  # type: ignore[func-returns-value]
    assert text(response) == "Response(status=200, headers={'content-type': 'text/plain; charset=utf-8'})"
    assert asked == []


def test_flask_requests_and_the_proxy_of_one() -> None:
    """A request of Flask is one of Werkzeug; the proxy is not followed."""
    app = flask.Flask(__name__)
    with app.test_request_context("/orders"):
        assert text(flask.request._get_current_object()) == "Request('GET', '/orders')"  # type: ignore[attr-defined]
    assert text(flask.request).startswith("<LocalProxy")


def test_parts_of_messages() -> None:
    """Multi-dicts, headers, uploads."""
    assert text(MultiDict([("a", "1"), ("b", "2"), ("b", "3")])) == "MultiDict({'a': '1', 'b': ['2', '3']})"
    assert text(Headers({"Location": "/x", "Date": "now"})) == "Headers({'location': '/x'})"
    upload = FileStorage(io.BytesIO(b"abc"), "a.txt", content_type="text/plain")
    assert text(upload) == "FileStorage('a.txt', content_type='text/plain')"
