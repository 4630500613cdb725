"""requests: requests, prepared requests, responses."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library
from snapy_instrument.contrib.web.http_messages import body_fields, headers_field, merged, split_url

keep_builtins(globals())


def _headers(held: dict[str, Any]) -> dict[str, str]:
    headers = held.get("headers")
    if type(headers) is dict:
        return merged(headers.items())
    # CaseInsensitiveDict: the lower name, with the name as given and the value.
    store = _raw.namespace(headers).get("_store") if _raw.has_namespace(type(headers)) else None
    return merged(store.values()) if store else {}


@register_library("requests.Request")
def _describe_request(request: Any) -> Any:
    held = _raw.namespace(request)
    more = {name: held[name] for name in ("params", "data", "json", "files") if held.get(name)}
    return Fields(held.get("method"), held.get("url"), **more, **headers_field(_headers(held)))


@register_library("requests.PreparedRequest")
def _describe_prepared(request: Any) -> Any:
    held = _raw.namespace(request)
    if type(held.get("url")) is not str:
        return NotImplemented
    headers = _headers(held)
    address, query = split_url(held["url"])
    body = body_fields(held.get("body"), headers.get("content-type", ""))
    return Fields(held.get("method"), address, **query, **headers_field(headers), **body)


@register_library("requests.Response")
def _describe_response(response: Any) -> Any:
    """Describe a response; ``_content`` is False until somebody reads it."""
    held = _raw.namespace(response)
    headers = _headers(held)
    body = body_fields(held.get("_content"), headers.get("content-type", ""))
    return Fields(status=held.get("status_code"), **body, **headers_field(headers))
