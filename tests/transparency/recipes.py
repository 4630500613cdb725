"""How to run a package's own test suite from its source distribution: facts in recipes.json."""

from __future__ import annotations

__all__ = ["Recipe", "load_recipes"]

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("recipes.json")


@dataclass(frozen=True)
class Recipe:
    """One package.

    Attributes:
        name: Its name on the package index.
        version: The pinned version.
        modules: What to hook, with all below it.
        tests: What to pass to pytest.
        args: Options of pytest.
        deps: What its tests need beside it.
        pytest: The version of pytest that the tests are for.
        remove: Folders of the source tree that would shadow the installed package.
        cwd: "EMPTY" to run from an empty folder.
        exclude: Patterns of functions to leave without a proxy, because the package finds them by their exact type
            (`type(f) is FunctionType`), which a hook changes; a frame backend records them all the same.
        known: Tests that cannot come out the same under any recorder, with the reason; the table prints both.
    """

    name: str
    version: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    args: tuple[str, ...] = ()
    deps: tuple[str, ...] = ()
    pytest: str = "9.1.1"
    remove: tuple[str, ...] = ()
    cwd: str = ""
    exclude: tuple[str, ...] = ()
    known: dict[str, str] = field(default_factory=dict)


def load_recipes() -> dict[str, Recipe]:
    """All recipes by package name."""
    facts: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _recipe(name, fact) for name, fact in facts.items()}


def _recipe(name: str, fact: dict[str, Any]) -> Recipe:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fact.items()}
    return Recipe(name=name, **values)
