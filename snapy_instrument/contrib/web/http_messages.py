"""What requests and responses share: the headers that are shown, queries, and bodies that are in memory.

The modules of the standard library that read them are imported where they are used: a program with requests has them,
and one without does not wait for them.
"""

from __future__ import annotations

__all__ = ["body_fields", "grouped", "headers_field", "merged", "query_field", "split_url"]

import re
from collections.abc import Iterable, Mapping
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.values import Mark

keep_builtins(globals())

# Those by which programs decide. Not shown: what differs by version, machine or time (user-agent, date, etag), and what
# only transports look at.
_SHOWN_HEADERS = frozenset(
    """accept authorization content-disposition content-type cookie idempotency-key if-match if-none-match
    if-modified-since location origin range referer retry-after set-cookie www-authenticate x-api-key x-csrftoken
    x-requested-with""".split()
)
# What clients send unless they are given something else, and types that the name of the body says already.
_USUAL = {"accept": {"*/*"}, "content-type": {"text/html", "application/json"}}
_BOUNDARY = re.compile(r";\s*boundary=[^;]*", re.IGNORECASE)
MOST_BODY = 1 << 16
"""Bytes of a body that are read for JSON, form data or text."""
_MOST_PAIRS = 200
_NOT_SEEN = re.compile(r"<!--.*?-->|<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def merged(pairs: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Return headers by lower-case name, those of one name joined by commas."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key, text = _text(name).lower(), _text(value)
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def headers_field(headers: Mapping[str, str]) -> dict[str, Any]:
    """Return ``{"headers": {...}}`` with those of ``headers`` (by lower-case name) that are shown; else nothing."""
    shown = {
        name: _BOUNDARY.sub("", headers[name])
        for name in sorted(_SHOWN_HEADERS & headers.keys())
        if headers[name] and headers[name].partition(";")[0] not in _USUAL.get(name, ())
    }
    return {"headers": shown} if shown else {}


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Return pairs as a dict in which a name that occurs several times has a list of its values."""
    values: dict[Any, list[Any]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: each[0] if len(each) == 1 else each for name, each in values.items()}


def query_field(query: Any) -> dict[str, Any]:
    """Return ``{"query": {...}}`` of a query string, text or bytes; nothing if it is empty."""
    text = _text(query)
    return {"query": _form(text)} if text else {}


def split_url(url: str) -> tuple[str, dict[str, Any]]:
    """Return a URL without its query and fragment, and `query_field` of it."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return url, {}
    return parts._replace(query="", fragment="").geturl(), query_field(parts.query)


def body_fields(body: Any, content_type: str) -> dict[str, Any]:
    """Return what is shown of a body in memory: ``json``, ``form``, ``text``, ``page`` or ``body``; nothing if empty.

    Args:
        body: bytes or text; anything else is no body.
        content_type: The header of that name. Where there is none, JSON is recognised by its brackets.
    """
    if (type(body) is not bytes and type(body) is not str) or not body:
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    size = len(body)
    if size > MOST_BODY:
        return {"body": body} if not kind.startswith("text/html") else {"body": Mark(f"<page of {size} bytes>")}
    if kind == "application/x-www-form-urlencoded":
        return {"form": _form(_text(body))}
    if kind == "application/json" or kind.endswith("+json") or (not kind and body[:1] in (b"{", b"[", "{", "[")):
        from json import loads

        try:
            return {"json": loads(body)}
        except (ValueError, RecursionError):
            return {"text": _text(body)}
    if kind == "text/html":
        from html import unescape

        # Attributes are left out: tokens of forms and of scripts differ on each request.
        return {"page": " ".join(unescape(_NOT_SEEN.sub(" ", _text(body))).split())}
    if kind.startswith("text/") or type(body) is str:
        return {"text": _text(body)}
    # The boundary in a multipart body differs on each request, its length never.
    return {"body": Mark(f"<{size} bytes>")} if kind.startswith("multipart/") else {"body": body}


def _form(text: str) -> dict[Any, Any]:
    from urllib.parse import parse_qsl

    try:
        return grouped(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_PAIRS))
    except ValueError:
        return {"<unreadable>": text}


def _text(given: Any) -> str:
    if type(given) is bytes:
        return given.decode("utf-8", "replace")
    return str.__str__(given) if isinstance(given, str) else str(given)
