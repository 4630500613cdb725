"""The tables of docs/libraries.md: each object looks as they say."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, get_args

import pytest

from snapy_instrument.capture.describers.registry import Frames
from tests.apps import is_installed
from tests.contrib.texts import text
from tests.documents.blocks import ROOT

_ROW = re.compile(r"^\| ([a-zA-Z]+) `(.*?)` \| `(.*)` \|$")
# What the rows of a library name: modules, or names of a module. The first of Django configures it.
_NAMES = {
    "Django": """tests.contrib.django_site:Shop tests.contrib.django_site:Order tests.contrib.django_site:OrderForm
        django.test:RequestFactory django.http:JsonResponse django.http:HttpResponse django.http:HttpResponseRedirect
        django.http:QueryDict django.core.mail:EmailMessage""",
    "Starlette": "starlette.requests:Request",
    "FastAPI": "fastapi.responses:JSONResponse",
    "Werkzeug": "werkzeug.wrappers:Request",
    "SQLAlchemy": """tests.contrib.test_sqlalchemy:Line sqlalchemy:select sqlalchemy:create_engine
        sqlalchemy.orm:Session""",
    "aiohttp": "aiohttp aiohttp.web",
}
# Too large for a test environment; see tests/contrib/data/test_torch.py.
_NOT_HERE = {"torch"}


def rows() -> list[tuple[str, str, str, Frames]]:
    """Library, expression, text and setting of each row."""
    found: list[tuple[str, str, str, Frames]] = []
    frames: Frames = "shape"
    for line in (ROOT / "docs/libraries.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| Object |"):
            named = re.search(r'frames="(\w+)"', line)
            frames = next(each for each in get_args(Frames) if each == (named[1] if named else "shape"))
        if row := _ROW.match(line):
            found.append((row[1], row[2], row[3], frames))
    return found


def names_of(library: str) -> dict[str, Any]:
    """What the rows of a library name."""
    found: dict[str, Any] = {}
    for each in _NAMES.get(library, library.lower()).split():
        module, _, name = each.partition(":")
        imported = import_module(module)
        found[name or module.partition(".")[0]] = (
            getattr(imported, name) if name else import_module(module.split(".")[0])
        )
    return found


KNOWN = [row for row in rows() if row[0] not in _NOT_HERE and is_installed(row[0].lower())]


@pytest.mark.parametrize(("library", "expression", "expected", "frames"), KNOWN, ids=[f"{r[0]} {r[1]}" for r in KNOWN])
def test_an_object_looks_as_documented(library: str, expression: str, expected: str, frames: Frames) -> None:
    """The text of the object on the left is that on the right."""
    assert text(eval(expression, names_of(library)), frames) == expected


def test_each_library_has_a_row() -> None:
    """Those that are described, by their names in the first column."""
    libraries = """django sqlalchemy starlette fastapi flask werkzeug httpx requests aiohttp pandas polars numpy
        pyarrow torch click argparse msgspec attrs"""
    assert {row[0].lower() for row in rows()} >= set(libraries.split())
