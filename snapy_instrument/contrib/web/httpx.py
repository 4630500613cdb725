"""httpx: requests, responses, URLs, clients."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library
from snapy_instrument.contrib.web.http_messages import body_fields, headers_field, merged, split_url

keep_builtins(globals())


def _headers(held: dict[str, Any]) -> dict[str, str]:
    pairs = _raw.namespace(held["headers"]).get("_list") if "headers" in held else None
    return merged((pair[0], pair[2]) for pair in pairs) if type(pairs) is list else {}


def _body(held: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    """Return the body that is in memory; a stream has none before somebody reads it."""
    return body_fields(held.get("_content"), headers.get("content-type", ""))


@register_library("httpx.Request")
def _describe_request(request: Any) -> Any:
    held = _raw.namespace(request)
    if "url" not in held:
        return NotImplemented
    headers = _headers(held)
    address, query = split_url(_address(held["url"]))
    return Fields(held.get("method"), address, **query, **headers_field(headers), **_body(held, headers))


@register_library("httpx.Response")
def _describe_response(response: Any) -> Any:
    held = _raw.namespace(response)
    if "status_code" not in held:
        return NotImplemented
    headers = _headers(held)
    return Fields(status=held["status_code"], **_body(held, headers), **headers_field(headers))


@register_library("httpx.URL")
def _describe_url(url: Any) -> Any:
    return Fields(_address(url))


def _address(url: Any) -> str:
    parts = _raw.namespace(url).get("_uri_reference")
    return str(parts) if parts is not None else ""


@register_library("httpx.Client")
@register_library("httpx.AsyncClient")
def _describe_client(client: Any) -> Any:
    base = _raw.namespace(client).get("_base_url")
    return Fields(_address(base)) if base is not None and _address(base) else NotImplemented
