"""What a careful author tests without traces: answers, and that rows are there."""

from datetime import date

from desk import services
from desk.models import Ticket


def test_pages_answer(site):
    assert "No network" in site.get("/").content.decode()
    assert site.get("/export.csv").status_code == 200
    assert site.get("/tickets/2").json()["title"] == "No network"
    assert site.get("/tickets/99").status_code == 404


def test_a_ticket_is_created(site):
    answer = site.post("/tickets", {"customer": 1, "title": "broken screen"})
    assert answer.status_code == 302
    assert Ticket.objects.filter(title__iexact="broken screen", customer=1, status="open").count() == 1


def test_a_form_without_title(site):
    assert site.post("/tickets", {"customer": 1}).json() == {"errors": ["title"]}


def test_closing(site):
    assert site.post("/tickets/1/close", {"by": "eve"}).status_code == 302
    assert Ticket.objects.get(pk=1).status == "closed"
    assert "error" in site.post("/tickets/3/close").json()


def test_escalation(site):
    assert services.escalate(date(2024, 5, 6)) == 1
