"""What the desk does with tickets; the day is given, so that it can be any."""

from datetime import timedelta

from django.core.mail import send_mail

from desk.models import Ticket

URGENT, HIGH, NORMAL = 1, 2, 3
DAYS = {URGENT: 1, HIGH: 3, NORMAL: 7}


class Closed(Exception):
    pass


def priority_of(customer, urgent):
    if urgent:
        return URGENT
    return HIGH if customer.vip else NORMAL


def due_on(today, priority):
    return today + timedelta(days=DAYS[priority])


def open_ticket(customer, title, urgent, today):
    priority = priority_of(customer, urgent)
    ticket = Ticket.objects.create(customer=customer, title=title, priority=priority, due=due_on(today, priority))
    notify(customer.email, f"We received: {title}")
    return ticket


def notify(address, subject):
    send_mail(subject, "Your support desk", "desk@example.com", [address])


def close_ticket(ticket, by):
    if ticket.status == "closed":
        raise Closed(f"ticket {ticket.pk} is closed", ticket.closed_by)
    ticket.status = "closed"
    ticket.closed_by = by
    ticket.save()
    return ticket


def waiting():
    return Ticket.objects.exclude(status="closed").select_related("customer").order_by("priority", "due")


def overdue(today):
    return Ticket.objects.filter(due__lt=today, status="open").order_by("pk")


def escalate(today):
    raised = []
    for ticket in overdue(today):
        raised.append(raise_priority(ticket))
    return len(raised)


def raise_priority(ticket):
    ticket.priority = max(URGENT, ticket.priority - 1)
    ticket.save(update_fields=["priority"])
    notify(ticket.customer.email, f"We are late: {ticket.title}")
    return ticket


def as_line(ticket):
    return f"{ticket.pk};{ticket.priority};{ticket.title}"
