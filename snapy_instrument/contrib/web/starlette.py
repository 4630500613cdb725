"""Starlette and FastAPI: requests, responses, forms, uploads, background tasks."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library
from snapy_instrument.contrib.web.http_messages import body_fields, grouped, headers_field, merged, query_field

keep_builtins(globals())


@register_library("starlette.requests.HTTPConnection")
def _describe_connection(connection: Any) -> Any:
    """Describe a request or a WebSocket by its scope, and its body by what was awaited before."""
    held = _raw.namespace(connection)
    scope = held.get("scope")
    if type(scope) is not dict:
        return NotImplemented
    headers = merged(scope.get("headers") or ())
    first = (scope["method"], scope.get("path")) if "method" in scope else (scope.get("path"),)
    return Fields(
        *first, **query_field(scope.get("query_string", b"")), **headers_field(headers), **_body(held, headers)
    )


def _body(held: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    for name in ("_json", "_form"):
        if held.get(name) is not None:
            return {name[1:]: held[name]}
    return body_fields(held.get("_body"), headers.get("content-type", ""))


@register_library("starlette.responses.Response")
def _describe_response(response: Any) -> Any:
    held = _raw.namespace(response)
    if "status_code" not in held:
        return NotImplemented
    headers = merged(held.get("raw_headers") or ())
    body = body_fields(held.get("body"), headers.get("content-type", ""))
    path = {"path": held["path"]} if "path" in held else {}
    return Fields(status=held["status_code"], **path, **body, **headers_field(headers), **_background(held))


def _background(held: dict[str, Any]) -> dict[str, Any]:
    return {"background": held["background"]} if held.get("background") is not None else {}


@register_library("starlette.datastructures.ImmutableMultiDict")
def _describe_pairs(pairs: Any) -> Any:
    held = _raw.namespace(pairs).get("_list")
    return Fields(grouped(held)) if type(held) is list else NotImplemented


@register_library("starlette.datastructures.Headers")
def _describe_headers(headers: Any) -> Any:
    held = _raw.namespace(headers).get("_list")
    return Fields(headers_field(merged(held)).get("headers", {})) if type(held) is list else NotImplemented


@register_library("starlette.datastructures.URL")
def _describe_url(url: Any) -> Any:
    text = _raw.namespace(url).get("_url")
    return Fields(text) if type(text) is str else NotImplemented


@register_library("starlette.datastructures.UploadFile")
def _describe_upload(upload: Any) -> Any:
    held = _raw.namespace(upload)
    headers = held.get("headers")
    kind = merged(_raw.namespace(headers).get("_list") or ()).get("content-type") if headers is not None else None
    return Fields(held.get("filename"), size=held.get("size"), content_type=kind)


@register_library("starlette.background.BackgroundTask")
def _describe_task(task: Any) -> Any:
    held = _raw.namespace(task)
    if "tasks" in held:
        return Fields(held["tasks"])
    if "func" not in held:
        return NotImplemented
    return Fields(held["func"], *held.get("args", ()), **held.get("kwargs", {}))
