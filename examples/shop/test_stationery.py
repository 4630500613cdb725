"""Each test runs a piece of the shop and compares what happened with a file in __snapshots__/test_stationery."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from stationery import catalogue
from stationery.cart import Cart, Line
from stationery.orders import place_order
from stationery.payment import Declined, Gateway
from stationery.pricing import total

HOOKED = "stationery.*"
"""The pattern of the modules that the conftest.py at the top level hooks."""
pytestmark = pytest.mark.usefixtures("hook")

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def stock(monkeypatch):
    """Each test begins with full shelves."""
    monkeypatch.setattr(catalogue, "_stock", {"pen": 100, "mug": 10, "atlas": 1})


@pytest.fixture
def cart():
    """Two pens and an atlas, which is a book and taxed less."""
    cart = Cart()
    cart.add("pen", 2)
    cart.add("atlas")
    return cart


def test_checkout(cart, traced, trace_snapshot):
    """An order is reserved, priced and charged, in this order."""
    with traced() as trace:
        order = place_order(cart, Gateway("sk-1"), card_token="tok_42")
    assert order.cents == 3781
    assert trace == trace_snapshot


def test_declined_card(cart, traced, trace_snapshot):
    """A declined charge gives back what was reserved and passes up to the caller."""
    with traced() as trace, pytest.raises(Declined):
        place_order(cart, Gateway("sk-1", limit=1000), card_token="tok_42")
    assert trace == trace_snapshot


def test_out_of_stock(traced, trace_snapshot):
    """What cannot be reserved is not charged; minimal shows names and exceptions alone."""
    cart = Cart()
    cart.add("atlas", 2)
    with traced(detail="minimal") as trace, pytest.raises(catalogue.OutOfStock):
        place_order(cart, Gateway("sk-1"), card_token="tok_42")
    assert trace == trace_snapshot


def test_only_prices(traced, trace_snapshot):
    """A pattern narrows the trace to one module; calls in between vanish, their inner calls stay."""
    with traced("stationery.pricing", "!stationery.pricing:line_total") as trace:
        total([Line("pen", 1), Line("pen", 1), Line("mug", 3)], "FR")
    assert trace == trace_snapshot


def test_everything(cart, traced, trace_snapshot):
    """Verbose adds self, defaults and results that are None."""
    with traced(detail="verbose") as trace:
        cart.add("mug")
    assert trace == trace_snapshot


def test_show_trace_prints_the_same():
    """The script beside this file, which hooks before it imports, prints the trace that the first test has."""
    script = subprocess.run([sys.executable, HERE / "show_trace.py"], capture_output=True, text=True, check=True)
    committed = HERE / "__snapshots__" / "test_stationery" / "test_checkout.trace"
    assert script.stdout == committed.read_text(encoding="utf-8")


def test_hook_reports_what_it_wrapped(hook):
    """The hook's report names functions in registries and methods alike."""
    wrapped = hook.report().wrapped
    assert "stationery.payment:Gateway.charge" in wrapped
    assert "stationery.pricing:reduced_rate" in wrapped
