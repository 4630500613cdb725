"""Ten traces of the same site."""

from datetime import date

import pytest
from desk import services
from desk.models import Customer


@pytest.mark.parametrize(
    ("name", "path"), [("index", "/"), ("detail", "/tickets/2"), ("missing", "/tickets/99"), ("export", "/export.csv")]
)
def test_pages(site, traced, trace_snapshot, name, path):
    with traced() as trace:
        site.get(path)
    assert trace == trace_snapshot(name=name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("normal", {"customer": 2, "title": " broken screen "}),
        ("vip", {"customer": 1, "title": "broken screen"}),
        ("invalid", {"customer": 7, "urgent": "on"}),
    ],
)
def test_create(site, traced, trace_snapshot, name, data):
    with traced() as trace:
        site.post("/tickets", data)
    assert trace == trace_snapshot(name=name)


def test_close(site, traced, trace_snapshot):
    with traced() as trace:
        site.post("/tickets/1/close", {"by": "eve"})
    assert trace == trace_snapshot


def test_close_again(site, traced, trace_snapshot):
    with traced() as trace:
        site.post("/tickets/3/close", {"by": "ada"})
    assert trace == trace_snapshot


def test_escalate(site, traced, trace_snapshot):
    with traced() as trace:
        services.escalate(date(2024, 5, 6))
        services.priority_of(Customer(name="Cy", vip=True), urgent=True)
    assert trace == trace_snapshot
