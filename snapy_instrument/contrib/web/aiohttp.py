"""aiohttp: requests and responses of servers, responses of clients."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library
from snapy_instrument.contrib.web.http_messages import body_fields, grouped, headers_field, merged, split_url

keep_builtins(globals())


def _headers(held: dict[str, Any]) -> dict[str, str]:
    """Return the headers, which a C mapping of multidict holds."""
    headers = held.get("_headers")
    return merged(headers.items()) if headers is not None else {}


@register_library("aiohttp.web.BaseRequest")
def _describe_request(request: Any) -> Any:
    held = _raw.namespace(request)
    if "_message" not in held:
        return NotImplemented
    headers = _headers(held)
    address, query = split_url(held["_message"].path)
    if held.get("_post") is not None:
        body = {"form": grouped(held["_post"].items())}
    else:
        body = body_fields(held.get("_read_bytes"), headers.get("content-type", ""))
    return Fields(held.get("_method"), address, **query, **headers_field(headers), **body)


@register_library("aiohttp.web.StreamResponse")
def _describe_response(response: Any) -> Any:
    held = _raw.namespace(response)
    if "_status" not in held:
        return NotImplemented
    headers = _headers(held)
    return Fields(
        status=held["_status"],
        **body_fields(held.get("_body"), headers.get("content-type", "")),
        **headers_field(headers),
    )


@register_library("aiohttp.ClientResponse")
def _describe_client_response(response: Any) -> Any:
    """Describe a response of a client; ``_body`` is None until somebody reads it."""
    held = _raw.namespace(response)
    headers = _headers(held)
    body = body_fields(held.get("_body"), headers.get("content-type", ""))
    return Fields(status=held.get("status"), **body, **headers_field(headers))
