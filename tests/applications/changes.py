"""Realistic changes of the example applications, each with what the first line of the failure has to name."""

from __future__ import annotations

__all__ = ["CHANGES", "Change"]

from typing import NamedTuple


class Change(NamedTuple):
    """A change of one file.

    Attributes:
        application: The folder in ``examples``.
        what: What happened, in a few words.
        path: The file in that folder.
        old: A text in it.
        new: What it is replaced by.
        names: What the first line of the failure names: function, argument, field or value.
    """

    application: str
    what: str
    path: str
    old: str
    new: str
    names: str


def _all(application: str, *changes: tuple[str, str, str, str, str]) -> list[Change]:
    return [Change(application, *change) for change in changes]


_DJANGO = _all(
    "django_desk",
    ("a VIP is served as anybody", "desk/services.py", "HIGH if customer.vip else NORMAL", "NORMAL", "priority_of"),
    ("a redirect", "desk/views.py", 'redirect("ticket", ticket.pk)', 'redirect("index")', "location"),
    ("a status code", "desk/views.py", "status=409", "status=400", ".status: 409 -> 400"),
    ("a filter", "desk/services.py", '.exclude(status="closed")', '.exclude(status="done")', "waiting"),
    ("an order", "desk/services.py", '.order_by("priority", "due")', '.order_by("due", "priority")', "order_by"),
    ("an extra query in a loop", "desk/services.py", '.select_related("customer")', "", "related"),
    ("a time limit", "desk/services.py", "HIGH: 3", "HIGH: 5", "due_on"),
    ("a dropped e-mail", "desk/services.py", '    notify(customer.email, f"We received: {title}")\n', "", "notify"),
    ("a field of a saved row", "desk/services.py", "    ticket.closed_by = by\n", "", "closed_by"),
    ("a value of a saved row", "desk/services.py", "ticket.priority - 1", "ticket.priority - 2", "priority"),
)
_FASTAPI = _all(
    "fastapi_library",
    ("a status code", "library/loans.py", 'are lent", status=409', 'are lent", status=400', "status=400"),
    ("a redirect", "library/main.py", "/readers/{loan.reader}", "/loans/{loan.id}", "location"),
    (
        "the status of a redirect",
        "library/main.py",
        '{loan.reader}", 303',
        '{loan.reader}", 307',
        ".status: 303 -> 307",
    ),
    ("a price", "library/loans.py", "CENTS_A_DAY = 20", "CENTS_A_DAY = 25", "fine_of"),
    ("a time limit", "library/loans.py", "DAYS = 14", "DAYS = 21", "due_on"),
    ("the size of a page", "library/loans.py", ".limit(20)", ".limit(10)", "20 -> 10"),
    ("an order", "library/loans.py", ".order_by(Book.title)", ".order_by(Book.id)", "matching"),
    ("a case", "library/loans.py", "icontains", "contains", "matching"),
    ("a field of a saved row", "library/loans.py", "loan.fine_cents = fine_of", "fine_of", "fine_cents"),
    ("a task", "library/main.py", "    tasks.add_task(remind, wish.reader, loan.due)\n", "", "remind"),
)
_PANDAS = _all(
    "pandas_sales",
    ("duplicates", "sales.py", "sales.drop_duplicates()", "sales", "clean"),
    ("a dtype", "sales.py", '.astype("int64")', '.astype("int32")', "qty"),
    ("a rate", "sales.py", '"GBP": 1.17', '"GBP": 1.71', "rate"),
    ("rounding", "sales.py", ".round(2)", ".round(1)", "euros"),
    ("the number of best", "sales.py", "number=2", "number=3", "best"),
    ("a format", "sales.py", '"%Y-%m"', '"%m"', "month"),
    ("digits", "sales.py", ".round(4)", ".round(3)", "share"),
    ("an order", "sales.py", '.sort_values(["month", "shop"])', '.sort_values(["shop", "month"])', "by_month"),
    ("the type of a column", "sales.py", '"shop": "str"', '"shop": "category"', "shop"),
    ("a sum", "sales.py", 'as_index=False)["euros"].sum()', 'as_index=False)["euros"].mean()', "euros"),
)
_CLICK = _all(
    "click_backup",
    ("a file's mode", "backup.py", "0o640", "0o644", "mode"),
    ("a pattern", "backup.py", '"*.log", ', "", "is_skipped"),
    ("a digest", "backup.py", "hexdigest()[:12]", "hexdigest()[:8]", "digest"),
    ("an exception", "backup.py", "raise Damaged(", "raise click.ClickException(", "Damaged"),
    ("a format", "backup.py", "indent=1", "indent=2", "write_manifest"),
    ("what counts as changed", "backup.py", "known.get(entry.name) != entry", "entry.name not in known", "plan"),
    ("a flag", "backup.py", " if prune else []", "", "gone"),
    ("a message", "backup.py", '"would copy" if dry else "copied"', '"copied"', "summary"),
    ("an order", "backup.py", "for path in paths", "for path in reversed(paths)", "notes/b.txt"),
    ("an exit code", "backup.py", "context.fail(", "raise click.ClickException(", "UsageError"),
)
CHANGES = [*_DJANGO, *_FASTAPI, *_PANDAS, *_CLICK]
"""Ten of each application."""
