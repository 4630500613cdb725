"""Objects of Django, as a trace shows them, and what Django does meanwhile: nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contrib.django_site import Order, OrderForm, Shop, counted_queries, orders
from tests.contrib.texts import text

from django.core.files.uploadedfile import SimpleUploadedFile  # isort: skip - after the settings
from django.core.mail import EmailMessage  # isort: skip
from django.db.models import Q  # isort: skip
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse  # isort: skip
from django.template.response import TemplateResponse  # isort: skip
from django.test import RequestFactory  # isort: skip
from django.utils.functional import SimpleLazyObject  # isort: skip

requests = RequestFactory()


@pytest.fixture
def queries() -> Iterator[list[str]]:
    """The statements of a test, which has two orders."""
    with orders(), counted_queries() as found:
        yield found


class Body(io.BytesIO):
    """The body of a request, which counts how often it is read."""

    reads = 0

    def read(self, *args: Any) -> bytes:
        """Count, and do as ever."""
        self.reads += 1
        return super().read(*args)


# -- requests and responses -------------------------------------------------------------------------------


def test_a_request_has_method_path_and_query() -> None:
    """Secrets in the query are hidden, of the headers a few are shown."""
    request = requests.get("/orders/?page=2&tag=a&tag=b&token=abc", headers={"X-Requested-With": "fetch", "Via": "x"})
    assert text(request) == (
        "WSGIRequest('GET', '/orders/', query={'page': '2', 'tag': ['a', 'b'], 'token': <redacted>}, "
        "headers={'x-requested-with': 'fetch'})"
    )
    assert "GET" not in vars(request)


def test_a_body_is_not_read() -> None:
    """A form is shown once the program looked at ``POST``, JSON once it looked at ``body``."""
    request = requests.post("/orders/", {"sku": "pen", "password": "x"})
    body = request.environ["wsgi.input"] = request._stream = Body(request.body)
    del request._body, request._read_started
    request._read_started = False
    request.META["CONTENT_LENGTH"] = str(len(body.getvalue()))
    before = dict(vars(request))
    assert text(request) == "WSGIRequest('POST', '/orders/', headers={'content-type': 'multipart/form-data'})"
    assert (body.reads, vars(request)) == (0, before)
    assert request.POST["sku"] == "pen"
    reads = body.reads
    assert text(request) == (
        "WSGIRequest('POST', '/orders/', headers={'content-type': 'multipart/form-data'}, "
        "form={'sku': 'pen', 'password': <redacted>})"
    )
    assert body.reads == reads


def test_json_is_shown_once_it_was_read() -> None:
    """It is parsed by us, from the bytes that Django keeps."""
    request = requests.post("/orders/", json.dumps({"qty": 3}), content_type="application/json")
    assert text(request) == "WSGIRequest('POST', '/orders/')"
    assert request.body
    assert text(request) == "WSGIRequest('POST', '/orders/', json={'qty': 3})"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (JsonResponse({"id": 7}, status=201), "JsonResponse(status=201, json={'id': 7})"),
        (HttpResponseRedirect("/orders/7/"), "HttpResponseRedirect(status=302, headers={'location': '/orders/7/'})"),
        (
            HttpResponse("<html><head><style>b{}</style></head><b id=x>Total</b>: 5 &euro;<!-- no --></html>"),
            "HttpResponse(status=200, page='Total : 5 €')",
        ),
        (
            HttpResponse("a;b", content_type="text/csv"),
            "HttpResponse(status=200, text='a;b', headers={'content-type': 'text/csv'})",
        ),
        (
            TemplateResponse(None, "order.html", {"sku": "pen"}),
            "TemplateResponse(status=200, template='order.html', context={'sku': 'pen'})",
        ),
        (HttpResponse(status=204), "HttpResponse(status=204)"),
    ],
)
def test_responses(response: Any, expected: str) -> None:
    """Status, body by its type, and the headers that programs decide by."""
    assert text(response) == expected


def test_a_response_names_its_cookies() -> None:
    """Their values are secrets."""
    response = HttpResponse(status=204)
    response.set_cookie("session", "s3cret")
    assert text(response) == "HttpResponse(status=204, sets=['session'])"


def test_a_stream_is_not_consumed() -> None:
    """What it would send is not asked for."""
    asked = []
    response = StreamingHttpResponse(asked.append(part) or part for part in ("a", "b"))  # type: ignore[func-returns-value]
    assert text(response) == "StreamingHttpResponse(status=200)"
    assert asked == []


def test_uploads_and_query_dicts() -> None:
    """An upload is known by name and size, a QueryDict by its values."""
    upload = SimpleUploadedFile("slip.txt", b"abc", content_type="text/plain")
    assert text(upload) == "SimpleUploadedFile('slip.txt', size=3, content_type='text/plain')"
    assert text(requests.get("/?a=1&b=2&b=3").GET) == "QueryDict({'a': '1', 'b': ['2', '3']})"


def test_a_lazy_user_stays_lazy() -> None:
    """``request.user`` is shown once somebody looked at it."""
    looked: list[int] = []

    def look() -> Shop:
        looked.append(1)
        return Shop(id=1, name="Main")

    lazy = SimpleLazyObject(look)
    assert text(lazy) == "SimpleLazyObject(<not evaluated>)"
    assert looked == []
    assert lazy.name == "Main"
    assert text(lazy) == "SimpleLazyObject(Shop(id=1, name='Main'))"


# -- models and query sets ---------------------------------------------------------------------------------


def test_an_instance_is_its_loaded_fields(queries: list[str]) -> None:
    """A related object is not loaded, a secret is hidden."""
    order = Order.objects.get(sku="pen")
    queries.clear()
    assert text(order) == "Order(id=1, shop_id=1, sku='pen', qty=2, password=<redacted>, slip='')"
    assert text(Shop(name="New")) == "Shop(id=None, name='New')"
    assert queries == []
    assert "shop" not in order._state.fields_cache


def test_deferred_fields_stay_deferred(queries: list[str]) -> None:
    """They are named; what was annotated is shown."""
    order = Order.objects.only("sku").get(qty=2)
    queries.clear()
    assert text(order) == "Order(id=1, sku='pen', deferred=['shop_id', 'qty', 'password', 'slip'])"
    assert queries == []


def test_a_query_set_is_not_evaluated(queries: list[str]) -> None:
    """What it asks for is shown, and its rows only if it was evaluated before."""
    asked = Order.objects.filter(Q(sku="pen") | Q(qty__gt=5), shop__name="Main").exclude(pk__in=[7, 8])
    assert text(asked.order_by("-qty")[:5]) == (
        "QuerySet(Order, where=['AND', ['OR', {'sku': 'pen'}, {'qty__gt': 5}], {'Shop.name': 'Main'}, "
        "['NOT', {'id__in': [7, 8]}]], order_by=('-qty',), rows=[:5])"
    )
    assert queries == []
    assert asked._result_cache is None
    few = Order.objects.filter(sku="mug").only("sku", "qty").select_related(None)
    assert text(few) == "QuerySet(Order, where={'sku': 'mug'})"
    assert len(few) == 1
    queries.clear()
    assert "loaded=[Order(id=2, sku='mug', qty=1, deferred=" in text(few)
    assert queries == []


def test_kinds_of_query_sets(queries: list[str]) -> None:
    """Values, distinct, prefetches, managers and conditions."""
    assert text(Order.objects.values("sku").distinct()) == "QuerySet(Order, values=('sku',), distinct=True)"
    assert text(Shop.objects.prefetch_related("order_set")) == "QuerySet(Shop, prefetched=['order_set'])"
    assert text(Order.objects.select_related("shop")) == "QuerySet(Order, related=['shop'])"
    assert text(Order.objects.filter(shop__in=Shop.objects.all())) == "QuerySet(Order, where={'shop__in': <subquery>})"
    assert text(Order.objects) == "Manager(Order)"
    assert text(~Q(sku="pen")) == "Q(('sku', 'pen'), connector='AND', negated=True)"
    assert queries == []


# -- forms and e-mail ---------------------------------------------------------------------------------------


def test_a_form_is_not_validated() -> None:
    """Errors and cleaned data are shown once the program asked whether it is valid."""
    form = OrderForm({"sku": "pen", "qty": "x", "csrfmiddlewaretoken": "abc"})
    assert text(form) == "OrderForm(data={'sku': 'pen', 'qty': 'x'})"
    assert form._errors is None
    assert not form.is_valid()
    assert text(form) == (
        "OrderForm(data={'sku': 'pen', 'qty': 'x'}, errors={'qty': ['invalid']}, cleaned={'sku': 'pen'})"
    )
    assert text(OrderForm()) == "OrderForm(bound=False)"
    assert text(OrderForm(initial={"qty": 3})) == "OrderForm(bound=False, initial={'qty': 3})"


def test_an_email() -> None:
    """Subject, receivers, sender and body."""
    mail = EmailMessage("Your order", "2 pens", "shop@example.com", ["ada@example.com"], bcc=["b@example.com"])
    assert text(mail) == (
        "EmailMessage('Your order', to=['ada@example.com'], sender='shop@example.com', bcc=['b@example.com'], "
        "body='2 pens')"
    )
