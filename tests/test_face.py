"""The face: what `snapy_instrument` exports is all that users need, documented, and what docs and examples use."""

from __future__ import annotations

import ast
import inspect
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import snapy_instrument

ROOT = Path(__file__).parents[1]
OURS = "snapy_instrument"
PUBLIC = {name: getattr(snapy_instrument, name) for name in snapy_instrument.__all__}


def is_ours(value: object) -> bool:
    """Whether a class or function is defined in the package."""
    return str(getattr(value, "__module__", "")).partition(".")[0] == OURS


def members(owner: type) -> Iterator[tuple[str, Any]]:
    """The public methods, properties and other descriptors that a class gets from classes of ours."""
    seen = set()
    for base in owner.__mro__:
        for name, member in vars(base).items():
            public = not name.startswith("_") or name in ("__init__", "__call__", "__enter__")
            if is_ours(base) and public and name not in seen:
                seen.add(name)
                yield name, member


def functions_of(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The functions, by full name, that a user can call through a public name."""
    if isinstance(value, type):
        for each, member in members(value):
            for part in ("__func__", "fget", "func"):
                member = getattr(member, part, member)
            if inspect.isfunction(member):
                yield f"{name}.{each}", member
    elif inspect.isfunction(value):
        yield name, value


def parts(hint: Any) -> Iterator[Any]:
    """The classes inside an annotation."""
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        yield hint
    for each in typing.get_args(hint):
        for inner in each if isinstance(each, list) else [each]:
            yield from parts(inner)


def annotated_classes() -> Iterator[tuple[str, type]]:
    """Each class of ours that an annotation of a public function or class names, and the place that names it."""
    for name, value in PUBLIC.items():
        places = [*functions_of(name, value), *([(name, value)] if isinstance(value, type) else [])]
        for place, owner in places:
            for attribute, hint in typing.get_type_hints(owner).items():
                for found in parts(hint):
                    if is_ours(found) and not attribute.startswith("_"):
                        yield place, found


INTERNAL = {
    "Trace.layout": "the text with the decisions behind it, for other folders of ours",
    "Trace.__init__": "takes tables from other folders of ours, and events from users",
    "CallTree.__init__": "made by Trace alone",
    "Trace.tables": "the events as numbers, for other folders of ours",
    "Trace.index": "the calls as numbers, for other folders of ours",
    "Calls.__init__": "made by Trace alone",
    "Place.__init__": "made by a comparison alone",
    "TraceDiff.__init__": "made by a comparison alone",
    "Scrubber.applied": "called by the text alone",
}
"""Public to other modules of ours, and not to users."""


def test_the_face_has_every_class_that_its_functions_take_or_return() -> None:
    """A class of ours in an annotation of a public function, method, property or attribute is public itself."""
    public = set(map(id, PUBLIC.values()))
    hidden = {
        f"{found.__module__}.{found.__qualname__}": place
        for place, found in annotated_classes()
        if id(found) not in public and place not in INTERNAL
    }
    assert hidden == {}


def test_what_is_called_internal_exists() -> None:
    """Each entry of `INTERNAL` is a member of a public class."""
    for place in INTERNAL:
        name, _, member = place.partition(".")
        assert hasattr(PUBLIC[name], member)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_has_a_docstring(name: str) -> None:
    """A public class, its public methods and properties, and a public function each say what they are or do."""
    value = PUBLIC[name]
    undocumented = []
    if isinstance(value, type):
        parts_of = [
            (f"{name}.{each}", member)
            for each, member in members(value)
            if not each.startswith("_") and (callable(member) or hasattr(member, "__get__"))
            if type(member).__name__ != "member_descriptor"
        ]
        undocumented = [place for place, member in [(name, value), *parts_of] if not inspect.getdoc(member)]
    elif callable(value):
        undocumented = [] if inspect.getdoc(value) else [name]
    assert undocumented == []


def texts_for_users() -> list[Path]:
    """The pages and programs that show users what to write."""
    folders = [
        (ROOT / "docs", "*.md"),
        (ROOT / "docs", "*.rst"),
        (ROOT / "examples", "*.py"),
        (ROOT / "examples", "*.md"),
    ]
    found = [path for folder, kind in folders for path in folder.rglob(kind) if "_build" not in path.parts]
    return [ROOT / "README.md", *sorted(found)]


@pytest.mark.parametrize("path", texts_for_users(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_users_are_shown_public_names_alone(path: Path) -> None:
    """No page and no example imports from a module inside the package, or refers to a name by such a module."""
    named = re.findall(r"(?<![\w/])snapy_instrument\.(\w+)", path.read_text(encoding="utf-8"))
    assert [name for name in named if name not in PUBLIC] == []


@pytest.mark.parametrize("path", texts_for_users(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_users_are_shown_one_name_of_each_option(path: Path) -> None:
    """``include`` and ``detail``; their earlier names work, and no page and no example has them."""
    assert re.findall(r"\b(?:filter_modules|detail_level)\b", path.read_text(encoding="utf-8")) == []


def test_type_checkers_get_each_name_from_where_it_lives() -> None:
    """``__init__.pyi`` imports each name from the module that ``__init__.py`` imports it from."""
    face = Path(snapy_instrument.__file__)
    stub = ast.parse(face.with_suffix(".pyi").read_text(encoding="utf-8"))
    typed = {alias.name: node.module for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == {name: f"{OURS}.{module}" for name, module in vars(snapy_instrument)["_PLACES"].items()}
