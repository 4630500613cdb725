"""Django: requests, responses, models, query sets, forms, e-mail.

Instances are read by their ``__dict__``: what Django computes or loads when it is asked for is described only if
somebody asked for it before.
"""

from __future__ import annotations

__all__: list[str] = []

from collections.abc import Iterable
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library
from snapy_instrument.contrib.web.http_messages import body_fields, headers_field, merged, query_field
from snapy_instrument.values import Mark

keep_builtins(globals())

_EMPTY_FORM = "csrfmiddlewaretoken"


def _held(obj: Any) -> dict[Any, Any]:
    return _raw.namespace(obj) if _raw.has_namespace(type(obj)) else {}


def _filled(**fields: Any) -> dict[str, Any]:
    """Return the fields that hold something."""
    return {name: value for name, value in fields.items() if value not in (None, (), "", False, {}, [])}


# -- requests and responses ------------------------------------------------------------------------------


@register_library("django.http.HttpRequest")
def _describe_request(request: Any) -> Any:
    """Describe a request; the form is there once somebody looked at ``POST``, other bodies after ``body``."""
    held = _held(request)
    meta = held.get("META")
    if type(meta) is not dict:
        return NotImplemented
    named = {name[5:].replace("_", "-"): value for name, value in meta.items() if name.startswith("HTTP_")}
    headers = merged({**named, "content-type": meta.get("CONTENT_TYPE") or ""}.items())
    loaded = {name: _pairs(held[slot]) for name, slot in (("form", "_post"), ("files", "_files")) if slot in held}
    body = {name: values for name, values in loaded.items() if values}
    if not body:
        body = body_fields(held.get("_body"), headers.get("content-type", ""))
    query = query_field(meta.get("QUERY_STRING") or "")
    return Fields(held.get("method"), held.get("path"), **query, **headers_field(headers), **body)


@register_library("django.http.response.HttpResponseBase")
def _describe_response(response: Any) -> Any:
    held = _held(response)
    if "headers" not in held:
        return NotImplemented
    headers = merged(_held(held["headers"]).get("_store", {}).values())
    cookies = {"sets": sorted(map(str, dict.keys(held["cookies"])))} if held.get("cookies") else {}
    status = held["status_code"] if "status_code" in held else _raw.read(response, "status_code")
    return Fields(status=status, **_content(held, headers), **headers_field(headers), **cookies)


def _content(held: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    if "template_name" in held and held.get("_is_rendered") is False:
        return _filled(template=held["template_name"], context=held.get("context_data"))
    chunks = held.get("_container")
    if type(chunks) is not list or not all(type(chunk) is bytes for chunk in chunks):
        return {}
    return body_fields(b"".join(chunks), headers.get("content-type", ""))


@register_library("django.utils.datastructures.MultiValueDict")
def _describe_pairs(pairs: Any) -> Any:
    return Fields(_pairs(pairs))


def _pairs(pairs: Any) -> dict[Any, Any]:
    """Return a multi-dict as a dict; a name with several values has a list of them."""
    shown = {}
    for name, values in dict.items(pairs):
        shown[name] = values[0] if type(values) is list and len(values) == 1 else values
    return shown


@register_library("django.core.files.uploadedfile.UploadedFile")
def _describe_upload(upload: Any) -> Any:
    held = _held(upload)
    return Fields(held.get("_name"), **_filled(size=held.get("size"), content_type=held.get("content_type")))


@register_library("django.db.models.fields.files.FieldFile")
def _describe_field_file(file: Any) -> Any:
    return Fields(_held(file).get("name"))


@register_library("django.utils.functional.LazyObject")
def _describe_lazy(lazy: Any) -> Any:
    """Describe what was looked up before, such as ``request.user``; never look it up."""
    wrapped = _raw.own_attribute(lazy, "__dict__").get("_wrapped")
    # The class of the mark that nothing was looked up yet is `object` itself.
    return Mark("<not evaluated>") if wrapped is None or type(wrapped) is object else Fields(wrapped)


# -- models and query sets --------------------------------------------------------------------------------


@register_library("django.db.models.Model")
def _describe_model(instance: Any) -> Any:
    """Describe the loaded fields in the order of the model, then what was added to it; name the deferred ones."""
    held = _held(instance)
    options = _held(_raw.find(type(instance), "_meta"))
    # Computed when the first instance was made.
    fields = options.get("concrete_fields") or options.get("local_concrete_fields") or ()
    names = [_held(field).get("attname") for field in fields]
    loaded = {name: held[name] for name in names if name in held}
    extra = {name: value for name, value in held.items() if name not in loaded and name[:1] != "_"}
    deferred = [name for name in names if name not in held]
    more = {"deferred": deferred} if deferred else {}
    return Fields(**{**loaded, **extra, **more})


@register_library("django.db.models.Manager")
def _describe_manager(manager: Any) -> Any:
    model = _held(manager).get("model")
    return Fields(Mark(_raw.type_name(model))) if model is not None else NotImplemented


@register_library("django.db.models.QuerySet")
def _describe_query_set(queries: Any) -> Any:
    """Describe what a query set asks for, and its rows if it was evaluated before."""
    held = _held(queries)
    query = _held(held.get("_query"))
    if not query:
        return NotImplemented
    low, high = query.get("low_mark", 0), query.get("high_mark")
    asked = _filled(
        where=_condition(query.get("where"), held.get("model")),
        order_by=query.get("order_by"),
        values=query.get("values_select"),
        annotations=sorted(query.get("annotations") or ()),
        distinct=query.get("distinct"),
        related=sorted(query["select_related"]) if type(query.get("select_related")) is dict else None,
        prefetched=[each for each in held.get("_prefetch_related_lookups") or () if type(each) is str],
        combinator=query.get("combinator"),
    )
    if low or high is not None:
        asked["rows"] = Mark(f"[{low or ''}:{'' if high is None else high}]")
    loaded = held.get("_result_cache")
    if loaded is not None:
        asked["loaded"] = loaded
    return Fields(Mark(_raw.type_name(held["model"])), **asked)


def _condition(node: Any, model: Any) -> Any:
    """Return a condition as data: lookups joined by AND are a dict, other nodes a list that begins with the word."""
    held = _held(node)
    children = held.get("children")
    if not children:
        return None
    parts = [_condition(child, model) if _held(child).get("children") else _lookup(child, model) for child in children]
    joined: Any
    if held.get("connector") == "AND" and all(type(part) is dict for part in parts):
        keys = [key for part in parts for key in part]
        joined = {key: each for part in parts for key, each in part.items()} if len(set(keys)) == len(keys) else parts
    else:
        joined = [held.get("connector"), *parts] if len(parts) > 1 else parts[0]
    return ["NOT", joined] if held.get("negated") else joined


def _lookup(lookup: Any, model: Any) -> Any:
    """Return a comparison, ``{"qty__gt": 3}``; a field of another model is named with its model: ``Group.name``."""
    held = _held(lookup)
    target = _held(_held(held.get("lhs")).get("target"))
    if "name" not in target:
        return Mark(f"<{_raw.type_name(type(lookup))}>")
    owner = target.get("model")
    name = target["name"] if owner is model or owner is None else f"{_raw.type_name(owner)}.{target['name']}"
    kind = _raw.find(type(lookup), "lookup_name")
    return {name if kind == "exact" else f"{name}__{kind}": _operand(held.get("rhs"))}


def _operand(value: Any) -> Any:
    """Return what a field is compared with; a set in an order that the hash seed does not choose."""
    kind = _raw.type_name(type(value))
    if kind == "OrderedSet":
        return list(_held(value).get("dict", ()))
    if kind == "Query":
        return Mark("<subquery>")
    return value


@register_library("django.db.models.Q")
def _describe_condition(condition: Any) -> Any:
    held = _held(condition)
    return Fields(*held.get("children", ()), **_filled(connector=held.get("connector"), negated=held.get("negated")))


# -- forms and e-mail ------------------------------------------------------------------------------------------


@register_library("django.forms.BaseForm")
def _describe_form(form: Any) -> Any:
    """Describe a form's data; its errors and cleaned data only if it was validated before."""
    held = _held(form)
    if "is_bound" not in held:
        return NotImplemented
    if not held["is_bound"]:
        return Fields(bound=False, **_filled(initial=held.get("initial")))
    data = held.get("data")
    shown = _pairs(data) if _raw.inherits(type(data), dict) else data
    if type(shown) is dict:
        shown = {name: value for name, value in shown.items() if name != _EMPTY_FORM}
    errors = held.get("_errors")
    known = {} if errors is None else {"errors": {name: _codes(each) for name, each in dict.items(errors)}}
    cleaned = {"cleaned": held["cleaned_data"]} if "cleaned_data" in held else {}
    return Fields(data=shown, **known, **cleaned)


def _codes(errors: Any) -> list[Any]:
    """Return the codes of errors, which are the same in each language; a message where there is no code."""
    return [_code(each) for each in _held(errors).get("data", ())]


def _code(error: Any) -> Any:
    held = _held(error)
    code, message = held.get("code"), held.get("message", error)
    return code if code else message if type(message) is str else Mark(f"<{_raw.type_name(type(error))}>")


@register_library("django.core.mail.EmailMessage")
def _describe_mail(mail: Any) -> Any:
    held = _held(mail)
    if "subject" not in held:
        return NotImplemented
    sender = {"sender": held.get("from_email")}
    more: Iterable[str] = ("cc", "bcc", "body", "alternatives", "attachments")
    return Fields(held["subject"], to=held.get("to"), **sender, **_filled(**{name: held.get(name) for name in more}))
