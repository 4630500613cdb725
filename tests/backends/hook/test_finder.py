"""The hook's finder is first, asks all others and keeps to their order."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from typing import Any

import pytest

from snapy_instrument import install_hook
from snapy_instrument.backends.hook.finder import finder
from tests.conftest import Application


class Watching:
    """A finder that finds nothing and notes what it is asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Note the name."""
        self.names.append(name)
        return None


def test_two_hooks_share_one_finder(application: Application) -> None:
    """It is first in ``sys.meta_path`` while a hook is installed, and gone with the last one."""
    application.write(shop="", cart="")
    before = list(sys.meta_path)
    with install_hook(["shop"]):
        with install_hook(["cart"]):
            assert sys.meta_path == [finder, *before]
        assert sys.meta_path == [finder, *before]
    assert sys.meta_path == before


@pytest.mark.parametrize("place", ["before", "after"])
def test_another_finder_is_asked_once_and_keeps_its_place(
    application: Application, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A finder before the hook's, or after it, is asked for a hooked module and stays where its owner put it."""
    application.write(shop="def f(): return 1")
    watching = Watching()
    with install_hook(["shop"]):
        monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
        sys.meta_path.insert(0 if place == "before" else 1, watching)
        path = list(sys.meta_path)
        application.load("shop")
        assert sys.meta_path == path
        # One before the hook is asked by Python, and by the hook: it could only have said no.
        assert set(watching.names) == {"shop"}
        monkeypatch.undo()


def test_a_module_that_no_hook_matches_is_left_to_the_others(application: Application) -> None:
    """The finder says nothing about it."""
    application.write(shop="", cart="")
    with install_hook(["shop"]):
        assert finder.find_spec("cart", None) is None
        assert finder.find_spec("no_such_module", None) is None
        found = finder.find_spec("shop", None)
        assert found is not None
        assert found.name == "shop"


def test_a_finder_without_find_spec_is_passed_over(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python ignores such an old one, and so does the hook."""
    application.write(shop="def f(): return 1")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, object()])
    with install_hook(["shop"]):
        assert application.load("shop").f() == 1
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("shop.parts")
