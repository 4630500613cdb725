"""A Django site in one file: its settings, two models, a form, and a table in memory for each."""

from __future__ import annotations

__all__ = ["Order", "OrderForm", "Shop", "counted_queries", "orders"]

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        SECRET_KEY="for tests",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
    )
    django.setup()

from django import forms
from django.db import connection, models


class Shop(models.Model):  # type: ignore[misc]
    """Where orders are made."""

    name = models.CharField(max_length=50)

    class Meta:
        """Of no installed application."""

        app_label = "site"


class Order(models.Model):  # type: ignore[misc]
    """What was ordered."""

    shop = models.ForeignKey(Shop, models.CASCADE)
    sku = models.CharField(max_length=50)
    qty = models.IntegerField(default=1)
    password = models.CharField(max_length=50, default="secret")
    slip = models.FileField(null=True)

    class Meta:
        """Of no installed application."""

        app_label = "site"


class OrderForm(forms.Form):  # type: ignore[misc]
    """What a customer types."""

    sku = forms.CharField()
    qty = forms.IntegerField()


@contextmanager
def orders() -> Iterator[None]:
    """Two orders of one shop, in tables that are gone afterwards."""
    with connection.schema_editor() as editor:
        editor.create_model(Shop)
        editor.create_model(Order)
    shop = Shop.objects.create(name="Main")
    Order.objects.create(shop=shop, sku="pen", qty=2)
    Order.objects.create(shop=shop, sku="mug")
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Order)
            editor.delete_model(Shop)


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that Django executes in the block."""
    found: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        found.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(note):
        yield found
