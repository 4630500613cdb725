"""What is shown of headers, queries and bodies."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.contrib.web.http_messages import (
    MOST_BODY,
    body_fields,
    headers_field,
    merged,
    query_field,
    split_url,
)


def test_headers_that_programs_decide_by_are_shown() -> None:
    """Names in lower case; what depends on versions, machines and time is not."""
    headers = merged([(b"Location", b"/x"), ("User-Agent", "y"), ("Accept", "*/*"), ("Range", "a"), ("range", "b")])
    assert headers_field(headers) == {"headers": {"location": "/x", "range": "a, b"}}
    assert headers_field({"date": "today"}) == {}


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", {}), (b"a=1&b=", {"query": {"a": "1", "b": ""}}), ("a=1&a=2", {"query": {"a": ["1", "2"]}})],
)
def test_queries(query: Any, expected: dict[str, Any]) -> None:
    """A name that occurs several times has a list."""
    assert query_field(query) == expected
    assert split_url(f"http://h/p?{'' if query == '' else query if type(query) is str else query.decode()}#top") == (
        "http://h/p",
        expected,
    )


@pytest.mark.parametrize("url", ["http://[", "http://h:x/"])
def test_a_malformed_url_stays_as_it_is(url: str) -> None:
    """It is the program's."""
    assert split_url(url) == (url, {})


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (None, "", "{}"),
        (b"", "application/json", "{}"),
        (object(), "", "{}"),
        (b'{"a": [1]}', "application/json", "{'json': {'a': [1]}}"),
        (b'{"a": [1]}', "", "{'json': {'a': [1]}}"),
        (b"{broken", "application/problem+json", "{'text': '{broken'}"),
        (b"a=1&b=2", "application/x-www-form-urlencoded", "{'form': {'a': '1', 'b': '2'}}"),
        (b"<p>a<script>b</script> c", "text/html; charset=utf-8", "{'page': 'a c'}"),
        ("plain", "", "{'text': 'plain'}"),
        (b"\0\1", "image/png", "{'body': b'\\x00\\x01'}"),
        (b"--x\r\n", "multipart/form-data; boundary=x", "{'body': <5 bytes>}"),
        (b"<p>" * MOST_BODY, "text/html", f"{{'body': <page of {3 * MOST_BODY} bytes>}}"),
        (b"[" * 5000, "application/json", "{'text': '" + "[" * 5000 + "'}"),
    ],
)
def test_bodies(body: Any, kind: str, expected: str) -> None:
    """By their type; what cannot be read is text."""
    assert repr(body_fields(body, kind)) == expected


def test_a_long_body_is_not_parsed() -> None:
    """It is cut as any other value."""
    body = b"[" + b"1," * MOST_BODY + b"1]"
    assert body_fields(body, "application/json") == {"body": body}
