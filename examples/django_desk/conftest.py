import os

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
django.setup()


@pytest.fixture
def site():
    """A client of the site, whose database has two customers and three tickets."""
    import datetime

    from desk.models import Customer, Ticket
    from django.core import mail
    from django.db import connection
    from django.test import Client

    with connection.schema_editor() as editor:
        for model in (Customer, Ticket):
            editor.create_model(model)
    ada = Customer.objects.create(name="Ada", email="ada@example.com", vip=True)
    bob = Customer.objects.create(name="Bob", email="bob@example.com")
    day = datetime.date
    Ticket.objects.create(customer=bob, title="Slow printer", due=day(2024, 5, 1))
    Ticket.objects.create(customer=ada, title="No network", priority=1, due=day(2024, 5, 7))
    Ticket.objects.create(customer=bob, title="New mouse", status="closed", closed_by="eve")
    mail.outbox = []
    yield Client()
    with connection.schema_editor() as editor:
        for model in (Ticket, Customer):
            editor.delete_model(model)
