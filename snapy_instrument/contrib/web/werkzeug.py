"""Werkzeug and Flask: requests, responses, multi-dicts, uploads."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library
from snapy_instrument.contrib.web.http_messages import body_fields, headers_field, merged, query_field

keep_builtins(globals())


@register_library("werkzeug.sansio.request.Request")
def _describe_request(request: Any) -> Any:
    """Describe a request by its environment, and its body by what was parsed or read and kept before."""
    held = _raw.namespace(request)
    if "method" not in held:
        return NotImplemented
    headers = _headers(held)
    query, first = held.get("query_string", b""), (held["method"], held.get("path"))
    return Fields(*first, **query_field(query), **headers_field(headers), **_body(held, headers))


def _headers(held: dict[str, Any]) -> dict[str, str]:
    environ = held.get("environ")
    if type(environ) is not dict:
        return merged(_raw.namespace(held["headers"]).get("_list") or ()) if "headers" in held else {}
    named = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    return merged({**named, "content-type": environ.get("CONTENT_TYPE") or ""}.items())


def _body(held: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    cached = held.get("_cached_json")
    if type(cached) is tuple and cached[1] is not Ellipsis:
        return {"json": cached[1]}
    for name in ("form", "files"):
        if name in held and dict.__len__(held[name]):
            found[name] = _plain(held[name])
    return found or body_fields(held.get("_cached_data"), headers.get("content-type", ""))


@register_library("werkzeug.sansio.response.Response")
def _describe_response(response: Any) -> Any:
    held = _raw.namespace(response)
    if "_status_code" not in held or "headers" not in held:
        return NotImplemented
    headers = merged(_raw.namespace(held["headers"]).get("_list") or ())
    chunks = held.get("response")
    body: dict[str, Any] = {}
    if type(chunks) is list and all(type(chunk) is bytes for chunk in chunks):
        body = body_fields(b"".join(chunks), headers.get("content-type", ""))
    return Fields(status=held["_status_code"], **body, **headers_field(headers))


def _plain(pairs: Any) -> dict[Any, Any]:
    """Return a multi-dict as a dict; a name with several values has a list of them."""
    shown = {}
    for name, values in dict.items(pairs):
        shown[name] = values[0] if type(values) is list and len(values) == 1 else values
    return shown


@register_library("werkzeug.datastructures.MultiDict")
def _describe_multi_dict(pairs: Any) -> Any:
    return Fields(_plain(pairs))


@register_library("werkzeug.datastructures.Headers")
def _describe_headers(headers: Any) -> Any:
    held = _raw.namespace(headers).get("_list")
    return Fields(headers_field(merged(held)).get("headers", {})) if type(held) is list else NotImplemented


@register_library("werkzeug.datastructures.FileStorage")
def _describe_upload(upload: Any) -> Any:
    held = _raw.namespace(upload)
    headers = merged(_raw.namespace(held["headers"]).get("_list") or ()) if "headers" in held else {}
    kind = {"content_type": headers["content-type"]} if headers.get("content-type") else {}
    return Fields(held.get("filename"), **kind)
