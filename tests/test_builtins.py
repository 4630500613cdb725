"""A copy of the builtins, for functions that run while a program is recorded."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from snapy_instrument._builtins import KEPT, keep_builtins

SOURCE = """
{}
def size(value):
    return len(value)
class Sizes:
    def of(self, values):
        return [len(v) for v in values]
"""


def module(keeps: bool) -> dict[str, Any]:
    """The namespace of a module whose functions call a builtin."""
    namespace: dict[str, Any] = {"keep_builtins": keep_builtins}
    exec(SOURCE.format("keep_builtins(globals())" if keeps else ""), namespace)
    return namespace


@pytest.mark.parametrize("keeps", [True, False])
def test_a_replaced_builtin_reaches_functions_that_do_not_keep_them(
    keeps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Functions, methods and comprehensions of a module that keeps them call the one of the import."""
    made = module(keeps)
    with monkeypatch.context() as patched:
        patched.setattr(builtins, "len", lambda value: -1)
        found = made["size"]("abc"), made["Sizes"]().of(["abc"])
    assert found == ((3, [3]) if keeps else (-1, [-1]))


def test_the_copy_holds_every_builtin() -> None:
    """A name that is added later is the program's."""
    assert {name: KEPT[name] for name in ("len", "open", "id", "__import__")} == {
        "len": len,
        "open": open,
        "id": id,
        "__import__": __import__,
    }
    assert KEPT is not vars(builtins)
