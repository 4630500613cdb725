import datetime

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template import engines

from desk import services
from desk.forms import TicketForm
from desk.models import Ticket

PAGE = engines["django"].from_string(
    "<h1>Tickets</h1>"
    "{% for t in tickets %}<p class='p{{ t.priority }}'>{{ t.title }} for {{ t.customer.name }}</p>{% endfor %}"
)


def today(request):
    return datetime.date.fromisoformat(request.headers.get("X-Today", "2024-05-06"))


def index(request):
    return HttpResponse(PAGE.render({"tickets": services.waiting()}))


def create(request):
    form = TicketForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": sorted(form.errors)}, status=422)
    data = form.cleaned_data
    ticket = services.open_ticket(data["customer"], data["title"], data["urgent"], today(request))
    return redirect("ticket", ticket.pk)


def detail(request, pk):
    ticket = get_object_or_404(Ticket, pk=pk)
    return JsonResponse({"id": ticket.pk, "title": ticket.title, "status": ticket.status, "priority": ticket.priority})


def close(request, pk):
    ticket = get_object_or_404(Ticket, pk=pk)
    try:
        services.close_ticket(ticket, request.POST.get("by", "nobody"))
    except services.Closed as problem:
        return JsonResponse({"error": str(problem.args[0])}, status=409)
    return redirect("index")


def export(request):
    lines = ["id;priority;title", *(services.as_line(ticket) for ticket in services.waiting())]
    return HttpResponse("\n".join(lines), content_type="text/csv")
