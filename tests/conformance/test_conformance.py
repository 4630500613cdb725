"""Every program gives the same text under every backend, alone and together, on every Python."""

from __future__ import annotations

import ast

import pytest

from tests.conformance.harness import (
    BACKENDS,
    PROGRAMS,
    Hooked,
    expected,
    programs,
    record,
    without_unproxied,
)

FRAME_BACKENDS = [name for name in BACKENDS if name != "proxy"]


@pytest.mark.parametrize("name", programs())
@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_a_frame_backend_alone_gives_the_committed_text(name: str, backend: str) -> None:
    """Frames alone give the committed text."""
    assert record(name, backend).format() == expected(name)


@pytest.mark.parametrize("name", programs())
@pytest.mark.parametrize("backend", FRAME_BACKENDS)
@pytest.mark.parametrize("hooked", ["before", "after"])
def test_proxies_with_a_frame_backend_give_the_committed_text(name: str, backend: str, hooked: Hooked) -> None:
    """Proxies, in place before or after the import, and frames together give the same text: one call once."""
    assert record(name, backend, hooked).format() == expected(name)


@pytest.mark.parametrize("name", programs())
def test_proxies_alone_give_all_but_calls_without_a_proxy(name: str) -> None:
    """Proxies alone give the trace without the calls that cannot have a proxy."""
    whole = record(name, "settrace")
    assert record(name, "proxy", "before").format() == without_unproxied(whole).format()


@pytest.mark.parametrize("name", programs())
def test_a_program_and_its_text_are_committed_together(name: str) -> None:
    """A program says its fact in one sentence, and its text ends with a newline."""
    source = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source))
    assert (PROGRAMS / f"{name}.trace").read_text(encoding="utf-8").endswith("\n")


def test_no_text_is_left_without_a_program() -> None:
    """Every committed text belongs to a program."""
    assert sorted(path.stem for path in PROGRAMS.glob("*.trace")) == programs()
